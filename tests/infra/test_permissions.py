"""Least privilege: who may do what, to the letter, and why anything has a wildcard."""

import pytest

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

# Statements on all resources: AWS knows nothing narrower for these actions.
ON_EVERYTHING = [
    {"ecr:GetAuthorizationToken"},
    {  # a GPU machine: the cluster it joins, and Session Manager's channels into it
        "ecs:DiscoverPollEndpoint",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    },
    *[{"dynamodb:ListStreams", *TRACES}] * 2,  # the functions that follow a table
    *[TRACES] * 7,  # the other functions
    {"xray:PutTraceSegments"},  # a worker, once it has ended
    {  # setting up the delivery of the state machine's log, and its traces
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    },
]

READ_JOBS = {"dynamodb:GetItem", "dynamodb:BatchGetItem"}
LINES = {"dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"} | {
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
}
EXPECTED = {
    "api": READ_JOBS
    | {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"}
    | {"dynamodb:BatchWriteItem"}
    | {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"}
    | {"secretsmanager:CreateSecret", "secretsmanager:DeleteSecret"}
    | {"dynamodb:UpdateItem", "states:StartExecution", "states:StopExecution"},
    "join": READ_JOBS | {"dynamodb:UpdateItem", "s3:GetObject", "s3:PutObject"},
    "settle": READ_JOBS | {"dynamodb:UpdateItem"},
    "introspect": {"dynamodb:GetItem", "dynamodb:UpdateItem"}
    | {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "sqs:SendMessage"},
    "fetch": {"dynamodb:GetItem", "dynamodb:UpdateItem", "s3:PutObject", "sqs:SendMessage"},
    "publish": {
        "events:PutEvents",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:SendMessage",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    },
    "admit": LINES
    | {"states:StartExecution", "dynamodb:DescribeStream", "dynamodb:GetRecords"}
    | {"dynamodb:GetShardIterator", "dynamodb:ListStreams"}
    | {"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"},
    "janitor": LINES
    | {"dynamodb:UpdateItem"}
    | {"states:StartExecution", "states:DescribeExecution", "states:ListExecutions"},
    "webhooks": READ_JOBS
    | {"s3:GetObject", "s3:ListBucket", "secretsmanager:GetSecretValue"}
    | {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
    | {"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_function_may_do_exactly_what_it_does(template, name):
    role = template.role_of_function(f"studio-{name}")
    assert template.actions(role) == EXPECTED[name] | LOGS | TRACES


def test_no_action_is_a_wildcard(template):
    for role in template.all("AWS::IAM::Role"):
        assert not {action for action in template.actions(role) if "*" in action}


def test_only_what_must_be_is_allowed_on_everything(template):
    found = [
        set(statement["Action"])
        for role in template.all("AWS::IAM::Role")
        for statement in template.statements(role)
        if "*" in statement["Resource"]
    ]
    assert sorted(map(sorted, found)) == sorted(map(sorted, ON_EVERYTHING))


def test_no_managed_policy_brings_more(template):
    for role in template.all("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role["Properties"]


def test_objects_are_only_reached_under_their_prefixes(template):
    for role in template.all("AWS::IAM::Role"):
        for statement in template.statements(role):
            if any(action.startswith("s3:") for action in statement["Action"]):
                for resource in statement["Resource"]:
                    own = (".Arn>", "/templates/*", "/fonts/*", "/jobs/*", "/outputs/*")
                    assert resource.endswith((*own, "/pieces/*", "/jobs/*/webhook.json"))
                    if resource.endswith(".Arn>"):
                        assert statement["Action"] == ["s3:ListBucket"]


@pytest.mark.parametrize("prefix", ["templates", "fonts"])
def test_uploads_are_never_written_by_a_worker(template, prefix):
    worker = template.one("AWS::ECS::TaskDefinition", Family="studio-linux")
    role = worker["TaskRoleArn"]["Fn::GetAtt"][0]
    uploads = [
        statement["Action"]
        for statement in template.statements(role)
        if any(resource.endswith(f"/{prefix}/*") for resource in statement["Resource"])
    ]
    assert uploads == [["s3:GetObject"]]


def test_only_workers_and_webhooks_read_secrets_and_nobody_others_than_ours(template):
    readers = set()
    for role in template.all("AWS::IAM::Role"):
        for statement in template.statements(role):
            if any(action.startswith("secretsmanager:") for action in statement["Action"]):
                assert statement["Resource"] == [
                    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:studio/*"
                ]
                if "secretsmanager:GetSecretValue" in statement["Action"]:
                    readers.add(role)
    workers = {
        worker["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]
        for worker in template.all("AWS::ECS::TaskDefinition").values()
    }
    assert readers == workers | {template.role_of_function("studio-webhooks")}


def test_a_webhook_is_sent_without_sight_of_manifests_and_outputs(template):
    (objects,) = [
        statement["Resource"]
        for statement in template.statements(template.role_of_function("studio-webhooks"))
        if "s3:GetObject" in statement["Action"]
    ]
    assert [resource.partition("/")[2] for resource in objects] == ["jobs/*/webhook.json"]


def test_a_worker_touches_single_items_and_objects_only(template):
    for worker in template.all("AWS::ECS::TaskDefinition").values():
        role = worker["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]
        assert template.actions(role) == {
            "dynamodb:GetItem",
            "dynamodb:UpdateItem",
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListBucket",
            "secretsmanager:GetSecretValue",
            "xray:PutTraceSegments",
        }
        removed = [
            resource.partition("/")[2]
            for statement in template.statements(role)
            if "s3:DeleteObject" in statement["Action"]
            for resource in statement["Resource"]
        ]
        assert removed == ["pieces/*"], "no output, template or log is ever removed by a worker"


@pytest.mark.parametrize(
    ("who", "action", "keys"),
    [
        ("worker", "dynamodb:UpdateItem", ["JOB#*"]),
        ("worker", "dynamodb:GetItem", ["JOB#*", "TEAM#*#SECRETS"]),
        ("introspect", "dynamodb:UpdateItem", ["TEMPLATE#*", "FONT#*"]),
        ("introspect", "dynamodb:GetItem", ["TEMPLATE#*", "FONT#*"]),
        ("fetch", "dynamodb:UpdateItem", ["TEMPLATE#*"]),
        ("fetch", "dynamodb:GetItem", ["TEMPLATE#*"]),
    ],
)
def test_who_opens_strangers_files_cannot_reach_the_keys_of_the_api(template, who, action, keys):
    if who == "worker":
        task = template.one("AWS::ECS::TaskDefinition", Family="studio-linux")
        role = task["TaskRoleArn"]["Fn::GetAtt"][0]
    else:
        role = template.role_of_function(f"studio-{who}")

    (statement,) = [each for each in template.statements(role) if action in each["Action"]]

    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}


def test_only_workers_touch_pieces(template):
    reached = {
        role
        for role in template.all("AWS::IAM::Role")
        for statement in template.statements(role)
        if any(resource.endswith("/pieces/*") for resource in statement["Resource"])
    }
    assert reached == {
        worker["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]
        for worker in template.all("AWS::ECS::TaskDefinition").values()
    }


class TestWorkflowRole:
    @pytest.fixture
    def statements(self, template):
        machine = template.one("AWS::StepFunctions::StateMachine")
        return template.statements(machine["RoleArn"]["Fn::GetAtt"][0])

    def on(self, statements, action):
        return [each for each in statements if action in each["Action"]]

    def test_runs_only_the_two_tasks_on_its_own_cluster(self, template, statements):
        cluster = template.id_of("AWS::ECS::Cluster")
        (run,) = self.on(statements, "ecs:RunTask")
        arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition"
        assert run["Resource"] == [f"{arn}/studio-gpu:*", f"{arn}/studio-linux:*"]
        (stop,) = self.on(statements, "ecs:StopTask")
        assert stop["Action"] == ["ecs:DescribeTasks", "ecs:StopTask"]
        assert stop["Resource"] == [f"arn:aws:ecs:eu-west-1:123456789012:task/<{cluster}>/*"]
        for statement in (run, stop):
            assert statement["Condition"] == {
                "ArnEquals": {"ecs:cluster": {"Fn::GetAtt": [cluster, "Arn"]}}
            }

    def test_passes_the_tasks_their_roles_to_ecs_and_to_nobody_else(self, template, statements):
        (allowed,) = self.on(statements, "iam:PassRole")
        given = {
            template.flat(definition["Properties"][key])
            for definition in template.all("AWS::ECS::TaskDefinition").values()
            for key in ("TaskRoleArn", "ExecutionRoleArn")
        }
        assert set(allowed["Resource"]) == given
        assert allowed["Condition"] == {
            "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
        }

    def test_runs_its_own_children(self, template, statements):
        """The permissions that AWS wants for a nested, synchronous start."""
        arn = "arn:aws:states:eu-west-1:123456789012"
        (start,) = self.on(statements, "states:StartExecution")
        assert start["Resource"] == [f"{arn}:stateMachine:studio-RenderJob"]
        (watch,) = self.on(statements, "states:StopExecution")
        assert watch["Action"] == ["states:DescribeExecution", "states:StopExecution"]
        assert watch["Resource"] == [f"{arn}:execution:studio-RenderJob:*"]

    def test_is_told_when_tasks_and_children_end(self, statements):
        (rules,) = self.on(statements, "events:PutRule")
        assert sorted(rules["Action"]) == [
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
        ]
        assert {resource.rpartition("/")[2] for resource in rules["Resource"]} == {
            "StepFunctionsGetEventsForECSTaskRule",
            "StepFunctionsGetEventsForStepFunctionsExecutionRule",
        }

    def test_reads_the_table_and_calls_its_two_functions(self, template, statements):
        (read,) = [each for each in statements if "dynamodb:GetItem" in each["Action"]]
        assert read["Action"] == ["dynamodb:GetItem"]
        (call,) = self.on(statements, "lambda:InvokeFunction")
        called = {
            template.id_of("AWS::Lambda::Function", FunctionName=f"studio-{name}")
            for name in ("join", "settle")
        }
        assert set(call["Resource"]) == {f"<{name}.Arn>" for name in called}
