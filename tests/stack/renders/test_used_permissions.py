"""What every role may do, against every call of these tests: nothing is missing or too much.

The calls are those that functions and tasks signed with their role's credentials, and those that
the state machine made. The policies are the synthesised ones, evaluated here and not by the
emulator. Runs last: it looks at what all tests of this folder have called.
"""

import copy
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pytest

from intarsia.local import swaps, webhook_rules
from intarsia.local.assembly import Assembly
from intarsia.local.synth import synthesise

ACCOUNT = "arn:aws:{service}:us-east-1:000000000000:{name}"

NEVER_HERE = [
    ("*Role", "logs:CreateLogStream", "Lambda does it before the function begins"),
    ("*Role", "logs:PutLogEvents", "Lambda does it with what the function prints"),
    ("*", "xray:*", "X-Ray is not emulated; its client in the function does it"),
    ("EventsPublishRole", "dynamodb:*", "the mapping reads the stream with the function's role"),
    ("EventsPublishRole", "sqs:*", "the mapping writes what it cannot hand over"),
    ("AdmissionAdmitRole", "dynamodb:DescribeStream", "the mapping reads the stream"),
    ("AdmissionAdmitRole", "dynamodb:GetRecords", "the mapping reads the stream"),
    ("AdmissionAdmitRole", "dynamodb:GetShardIterator", "the mapping reads the stream"),
    ("AdmissionAdmitRole", "dynamodb:ListStreams", "the mapping reads the stream"),
    ("AdmissionAdmitRole", "sqs:*", "the mapping writes what it cannot hand over"),
    ("WebhooksWebhooksRole", "sqs:ReceiveMessage", "the mapping reads the queue"),
    ("WebhooksWebhooksRole", "sqs:DeleteMessage", "the mapping empties the queue"),
    ("WebhooksWebhooksRole", "sqs:GetQueue*", "the mapping asks for them"),
    ("Templates*Role", "sqs:SendMessage", "Lambda does it when the function has failed thrice"),
    ("FleetWorkerExecution", "*", "ECS itself pulls images and writes logs with it"),
    ("FleetGpuMachinesRole", "*", "for the ECS agent and Session Manager of a Windows machine"),
    ("WebhookRules*Role", "events:InvokeApiDestination", "EventBridge calls the rule's address"),
    ("*", "kms:*", "Secrets Manager does it, for who makes or reads a secret"),
    ("WorkflowMachineRole", "ecs:*Task*", "Step Functions watches and stops a `.sync` task"),
    ("WorkflowMachineRole", "events:*", "Step Functions' own rule for the end of `.sync` tasks"),
    ("WorkflowMachineRole", "states:*Execution", "it watches and stops a child's execution"),
    ("WorkflowMachineRole", "logs:*", "Step Functions sets up the delivery of its log"),
]
"""Role, action, and why no code of ours makes the call."""

AT_TIMES = [
    ("ApiApiRole", "s3:ListBucket", "S3 asks for it when an object is missing"),
    ("WebhooksWebhooksRole", "s3:ListBucket", "S3 asks for it when an object is missing"),
    ("FleetWorkerTask", "s3:ListBucket", "S3 asks for it when an object is missing"),
    ("FleetWorkerTask", "s3:AbortMultipartUpload", "a large upload that fails half-way"),
    ("AdmissionAdmitRole", "dynamodb:BatchGetItem", "a line is full: workflow/test_admission.py"),
    ("AdmissionAdmitRole", "dynamodb:PutItem", "a line is full: workflow/test_admission.py"),
    ("AdmissionAdmitRole", "dynamodb:*WriteItem", "a line is full: workflow/test_admission.py"),
    ("AdmissionAdmitRole", "states:StartExecution", "a line is full: workflow/test_admission.py"),
    ("WorkflowJanitorRole", "*", "it mends what a crash left: faults/test_restart.py"),
    ("TemplatesIntrospectRole", "s3:DeleteObject", "the template was deleted meanwhile"),
    ("WebhooksWebhooksRole", "sqs:ChangeMessageVisibility", "a receiver does not answer"),
    ("WebhooksWebhooksRole", "sqs:SendMessage", "a receiver never answers"),
    ("WebhooksWebhooksRole", "secretsmanager:GetSecretValue", "a header with a team's secret"),
]
"""Role, action, and when the call is made that these tests need not make."""


@dataclass(frozen=True)
class Call:
    """One call, as AWS would judge it."""

    action: str
    resource: str
    context: dict = field(default_factory=dict)


def matches(pattern, value):
    """As in a policy: `*` for any characters, `?` for one."""
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.fullmatch("".join(parts), value, re.DOTALL) is not None


def listed(value):
    return value if isinstance(value, list) else [value]


SAME = {"StringEquals": str.__eq__, "ArnEquals": matches, "ForAllValues:StringLike": matches}
"""Operators of conditions that are evaluated here."""


def holds(condition, context):
    """Whether every operator of a statement's condition is met; a key that is absent meets none."""
    for operator, wanted in condition.items():
        if operator not in SAME:
            raise NotImplementedError(f"the condition {operator} is not evaluated here")
        for key, values in wanted.items():
            if key.lower() not in context:
                return False
            for given in listed(context[key.lower()]):
                if not any(SAME[operator](value, given) for value in listed(values)):
                    return False
    return True


def covers(statement, call):
    """Whether a statement is about a call."""
    return (
        any(matches(each.lower(), call.action.lower()) for each in listed(statement["Action"]))
        and any(matches(each, call.resource) for each in listed(statement["Resource"]))
        and holds(statement.get("Condition", {}), call.context)
    )


def is_allowed(statements, call):
    """A refusal outweighs every permission; what nothing allows is refused."""
    about = [each["Effect"] for each in statements if covers(each, call)]
    return "Allow" in about and "Deny" not in about


@pytest.fixture(scope="module")
def roles(stack):
    """Statements by role, each as it was deployed, with real names in place of references."""
    iam, deployed = stack.client("iam"), stack.deployment
    found = {}
    for name in [name for name, kind in deployed.types.items() if kind == "AWS::IAM::Role"]:
        role = deployed.physical_ids[name]
        assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        documents = [
            iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        statements = [each for document in documents for each in listed(document["Statement"])]
        found[role] = name[:-8], statements  # without the CDK's hash
    for role, statement in _of_keys(stack):
        found[role][1].append(statement)
    return found


def _of_keys(stack):
    """What the policies of keys allow to roles."""
    kms = stack.client("kms")
    for name, kind in stack.deployment.types.items():
        if kind == "AWS::KMS::Key":
            key = kms.describe_key(KeyId=stack.deployment.physical_ids[name])["KeyMetadata"]
            policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"])["Policy"])
            for statement in policy["Statement"]:
                for principal in listed(statement["Principal"]["AWS"]):
                    if ":role/" in principal:
                        yield principal.split("/")[-1], statement | {"Resource": key["Arn"]}


@pytest.fixture(scope="module")
def calls(request, stack, recorded, roles):
    """Calls by role."""
    folder = request.path.parent
    run = {item.path for item in request.session.items if item.path.parent == folder}
    if set(folder.glob("test_*.py")) - run:
        pytest.skip("it is about the calls of all tests of this folder: run them with it")
    made = defaultdict(set)
    for line in recorded.read_text().splitlines():
        call = json.loads(line)
        if call["principal"].endswith(":root"):  # the operator, who may do everything
            continue
        if call.get("action") == "emulator:UnknownAction":  # X-Ray, which is not emulated
            continue
        role = call["principal"].split("/")[1]
        name, _ = roles[role]
        for each in _of_machine(stack, call) if "integration" in call else [_signed(call)]:
            made[name].add((each.action, each.resource, json.dumps(each.context)))
    return {
        name: [Call(action, resource, json.loads(context)) for action, resource, context in each]
        for name, each in made.items()
    }


def _signed(call):
    context = {
        key: value
        for key, value in call["context"].items()
        if isinstance(value, str) or key == "dynamodb:leadingkeys"
    }
    return Call(call["action"], call["resource"], context)


def _of_machine(stack, call):
    """What AWS checks for a state's integration."""
    given = call["arguments"]
    match call["integration"].removeprefix("arn:aws:states:::"):
        case "dynamodb:getItem":
            table = ACCOUNT.format(service="dynamodb", name=f"table/{given['TableName']}")
            return [Call("dynamodb:GetItem", table)]
        case "lambda:invoke":
            return [Call("lambda:InvokeFunction", given["FunctionName"])]
        case "states:startExecution.sync:2":
            return [Call("states:StartExecution", given["StateMachineArn"])]
        case "ecs:runTask.sync":
            task = stack.client("ecs").describe_task_definition(
                taskDefinition=given["TaskDefinition"]
            )["taskDefinition"]
            passed = {"iam:passedtoservice": "ecs-tasks.amazonaws.com"}
            return [
                Call("ecs:RunTask", task["taskDefinitionArn"], {"ecs:cluster": given["Cluster"]}),
                Call("iam:PassRole", task["taskRoleArn"], passed),
                Call("iam:PassRole", task["executionRoleArn"], passed),
            ]
        case unknown:
            raise NotImplementedError(f"{unknown} is not mapped to an action here")


def test_the_policies_are_those_that_are_synthesised(stack, stack_settings):
    template = Assembly.read(synthesise(settings=stack_settings)).template
    webhook_rules.name_destinations(template)
    original = copy.deepcopy(template["Resources"])
    deployed = swaps.adapted(template, configured=True)["Resources"]
    for name, resource in original.items():
        if resource["Type"] == "AWS::IAM::Policy":
            document = deployed[name]["Properties"]["PolicyDocument"]
            assert document == resource["Properties"]["PolicyDocument"], name
        if resource["Type"] == "AWS::IAM::Role":
            assert name in deployed
            assert "Policies" not in resource["Properties"]


def test_every_call_was_one_that_its_role_may_make(roles, calls):
    statements = dict(roles.values())
    assert {"ApiApiRole", "FleetWorkerTask", "WorkflowMachineRole"} <= calls.keys()
    refused = [
        (name, call)
        for name, made in calls.items()
        for call in made
        if not is_allowed(statements[name], call)
    ]
    assert not refused


def test_no_permission_is_unused_without_a_reason(roles, calls):
    unused, granted = set(), set()
    for name, statements in roles.values():
        for statement in statements:
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    granted.add((name, action))
                    one = statement | {"Action": action, "Resource": resource}
                    if not any(covers(one, call) for call in calls.get(name, [])):
                        unused.add((name, action, resource))
    explained = NEVER_HERE + AT_TIMES
    assert not [
        each for each in sorted(unused) if not any(_explains(row, each) for row in explained)
    ]
    gone = [row for row in explained if not any(_explains(row, each) for each in granted)]
    assert not gone, "nothing like it is granted"
    used = [row for row in NEVER_HERE if not any(_explains(row, each) for each in unused)]
    assert not used, "it was used after all"


def _explains(row, grant):
    return fnmatchcase(grant[0], row[0]) and fnmatchcase(grant[1], row[1])


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/jobs/*"}
TO_TASKS = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


class TestEvaluation:
    """The judge of the tests above."""

    @pytest.mark.parametrize(
        ("action", "resource", "allowed"),
        [
            ("s3:GetObject", "arn:aws:s3:::b/jobs/1/x", True),
            ("s3:PutObject", "arn:aws:s3:::b/jobs/1/x", False),
            ("s3:GetObject", "arn:aws:s3:::b/outputs/1", False),
            ("s3:GetObject", "arn:aws:s3:::b/jobs", False),
        ],
    )
    def test_only_what_is_named_is_allowed(self, action, resource, allowed):
        assert is_allowed([READ], Call(action, resource)) is allowed

    def test_a_refusal_outweighs_a_permission(self):
        refusal = READ | {"Effect": "Deny", "Resource": "*"}
        assert not is_allowed([READ, refusal], Call("s3:GetObject", "arn:aws:s3:::b/jobs/1"))

    @pytest.mark.parametrize(
        ("context", "allowed"),
        [
            ({"iam:passedtoservice": "ecs-tasks.amazonaws.com"}, True),
            ({"iam:passedtoservice": "ec2.amazonaws.com"}, False),
            ({}, False),
        ],
    )
    def test_a_condition_has_to_be_met(self, context, allowed):
        call = Call("s3:GetObject", "arn:aws:s3:::b/jobs/1", context)
        assert is_allowed([READ | {"Condition": TO_TASKS}], call) is allowed

    @pytest.mark.parametrize(
        ("keys", "allowed"), [(["JOB#1"], True), (["KEY#1"], False), (["JOB#1", "KEY#1"], False)]
    )
    def test_every_key_has_to_be_one_of_those_allowed(self, keys, allowed):
        jobs = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["JOB#*"]}}
        call = Call("s3:GetObject", "arn:aws:s3:::b/jobs/1", {"dynamodb:leadingkeys": keys})
        assert is_allowed([READ | {"Condition": jobs}], call) is allowed

    def test_a_condition_that_is_not_known_is_no_permission(self):
        odd = READ | {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}}
        with pytest.raises(NotImplementedError, match="DateGreaterThan"):
            is_allowed([odd], Call("s3:GetObject", "arn:aws:s3:::b/jobs/1"))
