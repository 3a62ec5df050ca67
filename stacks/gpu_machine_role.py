"""IAM role of the GPU machines: permissions for our ECS cluster and for Session Manager."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.settings import Settings
from stacks.statements import allow


def machine_role(scope: Construct, settings: Settings) -> iam.Role:
    """Create the IAM role of the GPU machines.

    It has the ECS agent's permissions on our cluster, and those for Session Manager. AWS' managed
    policy for the ECS agent would grant them on every cluster.
    """
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        description="The ECS agent on a GPU machine",
    )
    stack = Stack.of(scope)
    cluster = stack.format_arn(service="ecs", resource="cluster", resource_name=settings.name)
    instances = stack.format_arn(
        service="ecs", resource="container-instance", resource_name=f"{settings.name}/*"
    )
    allow(
        role,
        cluster,
        "ecs:RegisterContainerInstance",
        "ecs:DeregisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
    )
    allow(
        role,
        instances,
        "ecs:Poll",
        "ecs:StartTelemetrySession",
        "ecs:UpdateContainerInstancesState",
        why="A machine gets its id in this cluster only when it joins.",
    )
    allow(role, "*", "ecs:DiscoverPollEndpoint", why="The action supports no narrower resource.")
    allow_sessions(role)
    return role


def allow_sessions(role: iam.Role) -> None:
    """Let Session Manager open sessions on machines with `role`, in place of RDP and key pairs.

    The permissions are the fewest that Session Manager requires:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    """
    machines = Stack.of(role).format_arn(service="ec2", resource="instance", resource_name="*")
    allow(
        role,
        machines,
        "ssm:UpdateInstanceInformation",
        why="A machine registers under its id, which is not known in advance.",
    )
    allow(
        role,
        "*",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        why="Session Manager's channels support no narrower resource.",
    )


def allow_finishing_a_boot(role: iam.Role, group: str) -> None:
    """Let machines with `role` complete lifecycle hooks of the Auto Scaling group named `group`."""
    arn = Stack.of(role).format_arn(
        service="autoscaling",
        resource="autoScalingGroup",
        resource_name=f"*:autoScalingGroupName/{group}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    allow(
        role,
        arn,
        "autoscaling:CompleteLifecycleAction",
        why="This group only: the ARN has a generated id before the name.",
    )
