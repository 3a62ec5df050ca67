"""The GPU fleet: Windows machines with After Effects, zero to `gpuMaxMachines` of them."""

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.gpu_machines import GpuMachines
from stacks.network import Network
from stacks.settings import Settings
from stacks.worker_containers import acknowledge_environment, worker_environment, worker_logs
from stacks.worker_roles import WorkerRoles

SPOOL = r"C:\ProgramData\Intarsia\spool"
"""Folder in which tasks leave renders for the host agent, which runs After Effects.

The folder has the same path on the machine and in the container, so that paths in a request are
valid in both. It also contains a file with the machine's instance type, even if there is no agent.
"""


class GpuFleet(Construct):
    """The GPU machines, the capacity providers that scale them, and their task definition."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        roles: WorkerRoles,
        image: ecs.ContainerImage,
        network: Network,
    ) -> None:
        super().__init__(scope, construct_id)
        self.family = f"{settings.name}-gpu"
        most = settings.gpu_max_machines
        machines = GpuMachines(self, "Machines", settings, network)
        # Another group requires another provider, which CloudFormation creates before it deletes
        # the old one. Both exist at the same time, so their names must differ.
        if settings.gpu_warm_machines:
            paid = ("Warm", f"{self.family}-warm")
        else:
            paid = ("OnDemand", self.family)
        self.on_demand = _capacity_provider(self, *paid, machines.on_demand, most)
        self.spot = (
            _capacity_provider(self, "Spot", f"{self.family}-spot", machines.spot, most)
            if machines.spot
            else None
        )
        self._task(settings, data, roles, image)

    @property
    def capacity_providers(self) -> list[ecs.CfnCapacityProvider]:
        """The capacity providers of the fleet: on demand and, if it is configured, Spot."""
        return [self.on_demand, self.spot] if self.spot else [self.on_demand]

    def _task(
        self, settings: Settings, data: Data, roles: WorkerRoles, image: ecs.ContainerImage
    ) -> None:
        by_agent = settings.gpu_mode == "host"
        environment = worker_environment("gpu", data, settings) | {
            names.ENV_INSTANCE_TYPE: settings.gpu_instance_types[0],
            names.ENV_MACHINE: SPOOL,
        }
        if by_agent:
            environment[names.ENV_SPOOL] = SPOOL
        # Windows tasks on EC2 have no runtime platform, no task-level size and no Linux
        # parameters. ECS cannot pass a GPU into Windows containers. NAT is the default network
        # mode on Windows.
        definition = ecs.Ec2TaskDefinition(
            self,
            "Task",
            family=self.family,
            network_mode=ecs.NetworkMode.NAT,
            task_role=roles.task,
            execution_role=roles.execution,
            placement_constraints=[ecs.PlacementConstraint.member_of("ecs.os-type == windows")],
        )
        vcpus, gibibytes = settings.gpu_size
        container = definition.add_container(
            names.WORKER_CONTAINER,
            image=image,
            # More than half of a machine, so that no second task fits beside it.
            cpu=(vcpus - 1) * 1024,
            memory_limit_mib=gibibytes * 1024 * 3 // 4,
            environment=environment,
            logging=worker_logs(self, "gpu", settings),
        )
        definition.add_volume(name="spool", host=ecs.Host(source_path=SPOOL))
        container.add_mount_points(
            ecs.MountPoint(container_path=SPOOL, source_volume="spool", read_only=not by_agent)
        )
        acknowledge_environment(definition)


def _capacity_provider(
    scope: Construct,
    construct_id: str,
    name: str,
    machines: autoscaling.AutoScalingGroup,
    most: int,
) -> ecs.CfnCapacityProvider:
    """Create a capacity provider that starts machines for waiting tasks and stops idle ones.

    `name` is the provider's name in ECS. At most `most` machines start in one scaling step.
    """
    return ecs.CfnCapacityProvider(
        scope,
        construct_id,
        name=name,
        auto_scaling_group_provider=ecs.CfnCapacityProvider.AutoScalingGroupProviderProperty(
            auto_scaling_group_arn=machines.auto_scaling_group_name,
            managed_scaling=ecs.CfnCapacityProvider.ManagedScalingProperty(
                status="ENABLED",
                target_capacity=100,
                minimum_scaling_step_size=1,
                maximum_scaling_step_size=most,
                instance_warmup_period=300,  # seconds; Windows boots slowly
            ),
            managed_termination_protection="ENABLED",
            managed_draining="ENABLED",
        ),
    )
