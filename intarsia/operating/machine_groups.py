"""Auto Scaling groups of GPU machines."""

from dataclasses import dataclass, field
from typing import Any

from intarsia.operating.deployed_stack import DeployedStack


@dataclass(frozen=True)
class Group:
    """An Auto Scaling group of GPU machines, On-Demand or Spot.

    `most` is its maximum number of machines, `wanted` the desired number. `types` are the EC2
    instance types that it may start.
    """

    name: str
    most: int
    wanted: int
    spot: bool
    types: tuple[str, ...]
    protects: bool
    """True if new machines are protected from scale-in, so that ECS chooses which ones end."""
    suspended: tuple[str, ...] = ()
    """Names of the scaling processes that are suspended."""
    in_service: tuple[str, ...] = field(default=())
    """EC2 instance ids of the machines that are in service."""


def group_names(stack: DeployedStack) -> list[str]:
    """Return the names of the Auto Scaling groups of the stack; none without a GPU fleet."""
    return stack.ids("AWS::AutoScaling::AutoScalingGroup")


def machine_groups(stack: DeployedStack) -> list[Group]:
    """Return those of the stack's Auto Scaling groups that have not been deleted by hand."""
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
    """Return the instance types in the group's policy, or else the one in its launch template."""
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
