"""The Linux fleet: Fargate tasks with the open compositor, without costs between renders."""

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.settings import Settings
from stacks.worker_containers import acknowledge_environment, worker_environment, worker_logs
from stacks.worker_roles import WorkerRoles

SCRATCH = "/scratch"
"""Only writable folder in a worker's container.

The image declares it as a volume that belongs to user 1000.
"""


def first_linux_capacity(settings: Settings) -> str:
    """Return the name of the capacity provider for the first attempt of a render.

    Later attempts always run on demand.
    """
    return "FARGATE_SPOT" if settings.linux_spot else "FARGATE"


class LinuxFleet(Construct):
    """The ECS task definition of a worker of the Linux fleet."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        roles: WorkerRoles,
        image: ecs.ContainerImage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.family = f"{settings.name}-linux"
        definition = ecs.FargateTaskDefinition(
            self,
            "Task",
            family=self.family,
            cpu=1024 * settings.linux_vcpus,
            memory_limit_mib=1024 * settings.linux_memory,
            ephemeral_storage_gib=50,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.X86_64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            task_role=roles.task,
            execution_role=roles.execution,
            volumes=[ecs.Volume(name="scratch")],
        )
        container = definition.add_container(
            names.WORKER_CONTAINER,
            image=image,
            user="1000:1000",
            readonly_root_filesystem=True,
            linux_parameters=self._linux_parameters(),
            stop_timeout=Duration.minutes(2),  # the notice that Spot gives a task
            environment=worker_environment("linux", data, settings)
            | {
                names.ENV_TASK_VCPUS: str(settings.linux_vcpus),
                names.ENV_TASK_MEMORY: str(settings.linux_memory),
                "TMPDIR": SCRATCH,
                "HOME": SCRATCH,
            },
            logging=worker_logs(self, "linux", settings),
        )
        container.add_mount_points(
            ecs.MountPoint(container_path=SCRATCH, source_volume="scratch", read_only=False)
        )
        acknowledge_environment(definition)

    def _linux_parameters(self) -> ecs.LinuxParameters:
        parameters = ecs.LinuxParameters(self, "Parameters", init_process_enabled=True)
        parameters.drop_capabilities(ecs.Capability.ALL)
        return parameters
