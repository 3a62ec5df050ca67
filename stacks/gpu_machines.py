"""The GPU machines: Auto Scaling groups (on demand and Spot) with one launch template."""

from pathlib import Path

from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.gpu_machine_role import allow_finishing_a_boot, machine_role
from stacks.network import Network
from stacks.settings import Settings

USER_DATA = Path(__file__).with_name("user_data.ps1")
STOCK_IMAGE = (
    "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-ECS_Optimized/image_id"
)
"""SSM parameter with the id of AWS' latest Windows image for ECS."""
BOOTED = "booted"
"""Name of the lifecycle hook that a warm machine completes at the end of its user data script."""


class GpuMachines(Construct):
    """The Auto Scaling groups of the GPU machines, which the capacity providers scale from zero."""

    def __init__(
        self, scope: Construct, construct_id: str, settings: Settings, network: Network
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._network = network
        self._role = machine_role(self, settings)
        self._template = _template(self, settings, network, self._role)
        self.on_demand = self._warm() if settings.gpu_warm_machines else self._on_demand()
        self.spot = self._spot() if settings.gpu_spot_share else None

    def _on_demand(self) -> autoscaling.AutoScalingGroup:
        """Create the on-demand group, of the first configured instance type that is available."""
        return self._group(
            "OnDemand",
            mixed_instances_policy=self._mixed(
                autoscaling.InstancesDistribution(
                    on_demand_percentage_above_base_capacity=100,
                    on_demand_allocation_strategy=autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
                )
            ),
        )

    def _spot(self) -> autoscaling.AutoScalingGroup:
        """Create the Spot group. AWS selects cheap instance types with few interruptions."""
        return self._group(
            "Spot",
            mixed_instances_policy=self._mixed(
                autoscaling.InstancesDistribution(
                    on_demand_base_capacity=0,
                    on_demand_percentage_above_base_capacity=0,
                    spot_allocation_strategy=(
                        autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED
                    ),
                )
            ),
        )

    def _warm(self) -> autoscaling.AutoScalingGroup:
        """Create the on-demand group with a warm pool of stopped machines, all of the first type.

        Auto Scaling allows no warm pool in a group with several instance types or with Spot.
        """
        settings = self._settings
        name = f"{settings.name}-gpu"
        # Not "OnDemand": naming that group would replace it while its provider refers to it.
        group = self._group("Warm", launch_template=self._template, auto_scaling_group_name=name)
        pool = group.add_warm_pool(
            pool_state=autoscaling.PoolState.STOPPED,
            min_size=settings.gpu_warm_machines,
            # The default is the group's maximum size, which would prepare every machine.
            max_group_prepared_capacity=settings.gpu_warm_machines,
        )
        # Without the hook a machine is stopped as soon as it runs, before Windows has started.
        hook = group.add_lifecycle_hook(
            "Booted",
            lifecycle_hook_name=BOOTED,
            lifecycle_transition=autoscaling.LifecycleTransition.INSTANCE_LAUNCHING,
            heartbeat_timeout=Duration.minutes(20),
            default_result=autoscaling.DefaultResult.CONTINUE,
        )
        pool.node.add_dependency(hook)  # without it, the first machines would boot before the hook
        allow_finishing_a_boot(self._role, name)
        return group

    def _mixed(
        self, distribution: autoscaling.InstancesDistribution
    ) -> autoscaling.MixedInstancesPolicy:
        return autoscaling.MixedInstancesPolicy(
            launch_template=self._template,
            launch_template_overrides=[
                autoscaling.LaunchTemplateOverrides(instance_type=ec2.InstanceType(each))
                for each in self._settings.gpu_instance_types
            ],
            instances_distribution=distribution,
        )

    def _group(
        self,
        construct_id: str,
        *,
        mixed_instances_policy: autoscaling.MixedInstancesPolicy | None = None,
        launch_template: ec2.ILaunchTemplate | None = None,
        auto_scaling_group_name: str | None = None,
    ) -> autoscaling.AutoScalingGroup:
        group = autoscaling.AutoScalingGroup(
            self,
            construct_id,
            vpc=self._network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            mixed_instances_policy=mixed_instances_policy,
            launch_template=launch_template,
            auto_scaling_group_name=auto_scaling_group_name,
            min_capacity=0,
            max_capacity=self._settings.gpu_max_machines,
            new_instances_protected_from_scale_in=True,
        )
        acknowledge(
            group,
            "Machines start and stop with every render. The dashboard shows their number; a "
            "notification for each would be noise.",
            "AwsSolutions-AS3",
        )
        if mixed_instances_policy:
            acknowledge(
                group,
                "The rule cannot evaluate a group with several instance types. The group's launch "
                "template has encrypted disks.",
                "AwsSolutions-EC26",
            )
        return group


def _template(
    scope: Construct, settings: Settings, network: Network, role: iam.Role
) -> ec2.LaunchTemplate:
    """Create the EC2 launch template. It has no key pair: operators use Session Manager."""
    return ec2.LaunchTemplate(
        scope,
        "Template",
        instance_type=ec2.InstanceType(settings.gpu_instance_types[0]),
        machine_image=ec2.MachineImage.generic_windows({settings.region: _image(scope)}),
        role=role,
        security_group=network.security_group,
        # The CDK's own script leaves out -EnableTaskIAMRole: no task with a role would start.
        user_data=ec2.UserData.custom(_user_data(settings)),
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
    )


def _user_data(settings: Settings) -> str:
    return (
        USER_DATA.read_text()
        .replace("{{cluster}}", settings.name)
        .replace("{{region}}", settings.region)
        .replace("{{group}}", f"{settings.name}-gpu" if settings.gpu_warm_machines else "")
        .replace("{{hook}}", BOOTED)
    )


def _image(scope: Construct) -> str:
    """Return a CDK token for the id of the machines' AMI, which CloudFormation fills in."""
    parameter = CfnParameter(
        Stack.of(scope),
        "GpuImage",
        type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        default=STOCK_IMAGE,
        description="SSM parameter with the id of the GPU machines' image, which contains the GPU "
        "driver, After Effects and the worker's image. The default image contains none of them.",
    )
    name: str = parameter.value_as_string
    return name
