"""Checks that the AWS account's quotas allow the most that the stack may use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import ClientError

from intarsia.names import ENV_LINUX_DEPTH
from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import Finding, finding
from intarsia.operating.machine_groups import Group, machine_groups

LAMBDA_CONCURRENCY = 100
"""Least quota of concurrent Lambda calls that suffices on a busy day.

Below it, calls would be throttled. A new account may have a quota of 10.
"""

CPU_UNITS = 1024  # in a vCPU


@dataclass(frozen=True)
class Quota:
    """A service quota of the account in this region.

    `service` and `code` identify it in Service Quotas; `what` is its name in the report.
    """

    service: str
    code: str
    what: str


LAMBDA_CALLS = Quota("lambda", "L-B99A9384", "concurrent Lambda calls")
FARGATE = Quota("fargate", "L-3032A538", "Fargate vCPUs")
FARGATE_SPOT = Quota("fargate", "L-36FBB829", "Fargate Spot vCPUs")
G_INSTANCES = Quota("ec2", "L-DB2E81BA", "vCPUs of G instances")
G_INSTANCES_SPOT = Quota("ec2", "L-3819A6DF", "vCPUs of G instances, Spot")


def lambda_calls(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether enough Lambda functions may run concurrently."""
    yield _compared(stack, LAMBDA_CALLS, LAMBDA_CONCURRENCY)


def fargate(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding per Fargate quota: whether all admitted Linux tasks may run concurrently.

    The Spot quota counts only if the state machine uses Fargate Spot.
    """
    depth = int(stack.setting(ENV_LINUX_DEPTH) or 0)
    for definition in stack.ids("AWS::ECS::TaskDefinition", "Linux") if depth else []:
        described = stack.clients("ecs").describe_task_definition(taskDefinition=definition)
        vcpus = int(described["taskDefinition"]["cpu"]) // CPU_UNITS
        for quota in (FARGATE, FARGATE_SPOT) if _takes_spot(stack) else (FARGATE,):
            yield _compared(stack, quota, depth * vcpus, partial(_lower_depth, vcpus))


def _lower_depth(vcpus: int, value: float) -> str:
    return f"lower linuxDepth to {max(int(value) // vcpus, 1)}"


def gpu_vcpus(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding per vCPU quota: whether it allows the most machines of the GPU groups.

    There is one quota for On-Demand and one for Spot.
    """
    groups = machine_groups(stack)
    for spot, quota in ((False, G_INSTANCES), (True, G_INSTANCES_SPOT)):
        wanted = sum(group.most * _vcpus(stack, group) for group in groups if group.spot is spot)
        if wanted:
            yield _compared(stack, quota, wanted, lambda _: "lower gpuMaxMachines")


def _vcpus(stack: DeployedStack, group: Group) -> int:
    """Return the number of vCPUs of the largest instance type that the group may start."""
    types = stack.clients("ec2").describe_instance_types(InstanceTypes=list(group.types))
    return max(int(each["VCpuInfo"]["DefaultVCpus"]) for each in types["InstanceTypes"])


def _takes_spot(stack: DeployedStack) -> bool:
    client = stack.clients("stepfunctions")
    return any(
        "FARGATE_SPOT" in client.describe_state_machine(stateMachineArn=arn)["definition"]
        for arn in stack.ids("AWS::StepFunctions::StateMachine")
    )


def _compared(
    stack: DeployedStack,
    quota: Quota,
    wanted: int,
    instead: Callable[[float], str] | None = None,
) -> Finding:
    value = _value(stack, quota)
    advice = f"request an increase to {wanted}: docs/day-two.md, {quota.code}"
    if instead:
        advice += f"; or {instead(value)}"
    said = f"{value:g}, up to {wanted} needed"
    return finding(f"quota: {quota.what}", said, value >= wanted, advice)


def _value(stack: DeployedStack, quota: Quota) -> float:
    """Return the value of the account's quota, or AWS's default if it was never raised."""
    client = stack.clients("service-quotas")
    asked = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    try:
        return float(client.get_service_quota(**asked)["Quota"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchResourceException":
            raise
        return float(client.get_aws_default_service_quota(**asked)["Quota"]["Value"])
