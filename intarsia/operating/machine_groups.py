"""The groups of GPU machines, as Auto Scaling knows them."""

from dataclasses import dataclass, field
from typing import Any

from intarsia.operating.deployed_stack import DeployedStack


@dataclass(frozen=True)
class Group:
    """A group of machines, on demand or spare."""

    name: str
    most: int
    wanted: int
    spot: bool
    types: tuple[str, ...]
    protects: bool
    """Whether it leaves to ECS which machines end."""
    suspended: tuple[str, ...] = ()
    """What it was told not to do."""
    in_service: tuple[str, ...] = field(default=())
    """Ids of the machines that are up."""


def group_names(stack: DeployedStack) -> list[str]:
    """Those that the stack has made; none without a GPU fleet."""
    return stack.ids("AWS::AutoScaling::AutoScalingGroup")


def machine_groups(stack: DeployedStack) -> list[Group]:
    """The stack's groups that are there."""
    names = group_names(stack)
    if not names:
        return []
    found = stack.clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=names)
    return [_group(stack, each) for each in found["AutoScalingGroups"]]


def _group(stack: DeployedStack, found: dict[str, Any]) -> Group:
    mixed = found.get("MixedInstancesPolicy", {})
    distribution = mixed.get("InstancesDistribution", {})
    return Group(
        name=found["AutoScalingGroupName"],
        most=found["MaxSize"],
        wanted=found["DesiredCapacity"],
        spot=distribution.get("OnDemandPercentageAboveBaseCapacity", 100) == 0,
        types=_types(stack, found, mixed),
        protects=bool(found.get("NewInstancesProtectedFromScaleIn")),
        suspended=tuple(each["ProcessName"] for each in found.get("SuspendedProcesses", [])),
        in_service=tuple(
            each["InstanceId"]
            for each in found.get("Instances", [])
            if each["LifecycleState"] == "InService"
        ),
    )


def _types(stack: DeployedStack, found: dict[str, Any], mixed: dict[str, Any]) -> tuple[str, ...]:
    """Those that the policy names, or else the one in the template."""
    of_policy = mixed.get("LaunchTemplate", {})
    named = [each["InstanceType"] for each in of_policy.get("Overrides", [])]
    if named:
        return tuple(named)
    template = found.get("LaunchTemplate") or of_policy["LaunchTemplateSpecification"]
    versions = stack.clients("ec2").describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=[template["Version"]]
    )
    data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    return (data["InstanceType"],)
