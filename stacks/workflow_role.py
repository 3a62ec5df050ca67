"""IAM role of the RenderJob state machine, with only the permissions that it requires."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.fleet import Fleet
from stacks.statements import allow


def workflow_role(
    scope: Construct,
    *,
    machine_name: str,
    data: Data,
    fleet: Fleet,
    functions: list[lambda_.Function],
) -> iam.Role:
    """Create the IAM role of the state machine that will be named `machine_name`.

    `functions` are the Lambda functions that the state machine invokes.
    """
    role = iam.Role(
        scope,
        "MachineRole",
        assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        description=f"Permissions of the executions of {machine_name}",
    )
    allow(role, data.table.table_arn, "dynamodb:GetItem")
    for function in functions:
        allow(role, function.function_arn, "lambda:InvokeFunction")
    _tasks(role, fleet)
    _children(role, machine_name)
    acknowledge(
        role,
        "Log delivery and traces support no narrower resource. The CDK adds both statements as AWS "
        "documents them.",
        "AwsSolutions-IAM5[Resource::*]",
    )
    return role


def _tasks(role: iam.Role, fleet: Fleet) -> None:
    """Let `role` start, watch and stop tasks of the fleets' task definitions on our cluster."""
    cluster = fleet.cluster.cluster_arn
    on_this_cluster = {"ArnEquals": {"ecs:cluster": cluster}}
    for family in [each.family for each in (fleet.gpu, fleet.linux) if each]:
        # Any revision: the state machine names the family, so an execution that began before a
        # deployment continues with the newest revision.
        definition = _arn(role, "ecs", "task-definition", f"{family}:*")
        allow(
            role,
            definition,
            "ecs:RunTask",
            conditions=on_this_cluster,
            why="All revisions of a task definition of this stack: a deployment adds one.",
        )
    allow(
        role,
        _arn(role, "ecs", "task", f"{fleet.cluster.cluster_name}/*"),
        "ecs:StopTask",
        "ecs:DescribeTasks",
        conditions=on_this_cluster,
        why="Tasks of this cluster only: they get their ids when they start.",
    )
    for passed in (fleet.roles.task, fleet.roles.execution):
        allow(
            role,
            passed.role_arn,
            "iam:PassRole",
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )
    _managed_rule(role, "StepFunctionsGetEventsForECSTaskRule")


def _children(role: iam.Role, machine_name: str) -> None:
    """Let `role` start, watch and stop executions of the state machine itself."""
    machine = _arn(role, "states", "stateMachine", machine_name, ArnFormat.COLON_RESOURCE_NAME)
    executions = _arn(
        role, "states", "execution", f"{machine_name}:*", ArnFormat.COLON_RESOURCE_NAME
    )
    allow(role, machine, "states:StartExecution")
    allow(
        role,
        executions,
        "states:DescribeExecution",
        "states:StopExecution",
        why="A child's execution has the child's id as its name.",
    )
    _managed_rule(role, "StepFunctionsGetEventsForStepFunctionsExecutionRule")


def _managed_rule(role: iam.Role, name: str) -> None:
    """Let `role` manage the EventBridge rule `name`, which Step Functions needs for `.sync`."""
    rule = _arn(role, "events", "rule", name)
    allow(role, rule, "events:PutRule", "events:PutTargets", "events:DescribeRule")


def _arn(
    scope: Construct,
    service: str,
    resource: str,
    name: str,
    form: ArnFormat = ArnFormat.SLASH_RESOURCE_NAME,
) -> str:
    arn: str = Stack.of(scope).format_arn(
        service=service, resource=resource, resource_name=name, arn_format=form
    )
    return arn
