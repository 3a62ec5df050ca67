"""The compute capacity for renders: one ECS cluster with both fleets."""

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from stacks.data import Data
from stacks.gpu_fleet import GpuFleet
from stacks.images import Images
from stacks.linux_fleet import LinuxFleet
from stacks.machine_image.ingredients import wanted
from stacks.machine_image.pipeline import MachineImagePipeline
from stacks.machine_image.source import Source
from stacks.network import Network
from stacks.settings import Settings
from stacks.worker_roles import WorkerRoles


class Fleet(Construct):
    """The ECS cluster: GPU machines (Windows, After Effects) and Fargate tasks (Linux)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, data: Data
    ) -> None:
        super().__init__(scope, construct_id)
        self.network = Network(self, "Network")
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=settings.name,
            vpc=self.network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        self.roles = WorkerRoles(self, "Worker", data=data)
        source = Source(self, "Source", settings) if wanted(settings) else None
        images = (
            Images(self, "Images", settings, windows_version=source.version)
            if source
            else Images(self, "Images", settings)
        )
        if source:
            MachineImagePipeline(
                self,
                "MachineImage",
                settings=settings,
                source=source,
                repository=images.windows_repository,
                network=self.network,
            )
        self.linux = LinuxFleet(
            self, "Linux", settings=settings, data=data, roles=self.roles, image=images.linux
        )
        self.gpu = (
            GpuFleet(
                self,
                "Gpu",
                settings=settings,
                data=data,
                roles=self.roles,
                image=images.windows,
                network=self.network,
            )
            if images.windows
            else None
        )
        """The GPU fleet; None if the installation has none."""
        gpu = [each.ref for each in self.gpu.capacity_providers] if self.gpu else []
        # No default strategy, because the workflow names one for every task.
        ecs.CfnClusterCapacityProviderAssociations(
            self,
            "CapacityProviders",
            cluster=self.cluster.cluster_name,
            capacity_providers=["FARGATE", "FARGATE_SPOT", *gpu],
            default_capacity_provider_strategy=[],
        )
