"""The machines of the GPU fleet: how many, of what kind, and how they join the cluster."""

from pathlib import Path

from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.network import Network
from stacks.settings import Settings
from stacks.statements import allow

USER_DATA = Path(__file__).with_name("user_data.ps1")
STOCK_IMAGE = (
    "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-ECS_Optimized/image_id"
)


def gpu_machines(
    scope: Construct, settings: Settings, network: Network
) -> autoscaling.AutoScalingGroup:
    """None at first; how many there are is the capacity provider's matter from then on."""
    template = ec2.LaunchTemplate(
        scope,
        "Template",
        instance_type=ec2.InstanceType(settings.gpu_instance_types[0]),
        machine_image=ec2.MachineImage.generic_windows({settings.region: _image(scope)}),
        role=_role(scope, settings),
        security_group=network.security_group,
        # The CDK's own script leaves out -EnableTaskIAMRole: no task with a role would start.
        user_data=ec2.UserData.custom(USER_DATA.read_text().replace("{{cluster}}", settings.name)),
        block_devices=[
            ec2.BlockDevice(
                device_name="/dev/sda1",
                volume=ec2.BlockDeviceVolume.ebs(
                    settings.gpu_root_volume,
                    encrypted=True,
                    volume_type=ec2.EbsDeviceVolumeType.GP3,
                    delete_on_termination=True,
                ),
            )
        ],
        require_imdsv2=True,
        http_put_response_hop_limit=1,  # containers do not reach the machine's own credentials
        detailed_monitoring=True,
        spot_options=ec2.LaunchTemplateSpotOptions() if settings.gpu_spot_share else None,
    )
    group = autoscaling.AutoScalingGroup(
        scope,
        "Machines",
        vpc=network.vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        launch_template=template,
        min_capacity=0,
        max_capacity=settings.gpu_max_machines,
        new_instances_protected_from_scale_in=True,
    )
    acknowledge(
        group,
        "Machines come and go with every render; whether they do is seen on the dashboard, and "
        "a notice for each would be noise.",
        "AwsSolutions-AS3",
    )
    return group


def _image(scope: Construct) -> str:
    """Id of the machines' image, looked up when the stack is deployed."""
    parameter = CfnParameter(
        scope,
        "Image",
        type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        default=STOCK_IMAGE,
        description="SSM parameter that holds the id of the GPU machines' image, with the GPU's "
        "driver, After Effects and the worker's image in it; the default has none of them",
    )
    parameter.override_logical_id("GpuImage")
    name: str = parameter.value_as_string
    return name


def _role(scope: Construct, settings: Settings) -> iam.Role:
    """What the ECS agent does. The managed policy for this allows it on every cluster."""
    role = iam.Role(
        scope,
        "MachineRole",
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
        why="A machine learns its id in this cluster only by joining it.",
    )
    allow(role, "*", "ecs:DiscoverPollEndpoint", why="The action knows no narrower resource.")
    return role
