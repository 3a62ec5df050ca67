"""The workers' container images.

The Linux image is built by the deployment or exists already. The Windows image is built on Windows.
"""

import re
from pathlib import Path

from aws_cdk import CfnParameter, IgnoreMode, RemovalPolicy
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.settings import Settings

ROOT = Path(__file__).parents[1]
OWN_REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^:@]+)"
    r"[:@](?P<version>.+)"
)


class Images(Construct):
    """The container image of each fleet, and the ECR repository of the Windows image.

    The repository is created even if there is no GPU fleet. If it were created with the fleet, a
    removed fleet could not be added again: the repository is retained, so it would exist already.
    `windows_version` is the default tag of the Windows image.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        settings: Settings,
        *,
        windows_version: str = "0.1.0",
    ) -> None:
        super().__init__(scope, construct_id)
        self.linux = self._built() if settings.linux_image == "build" else self._existing(settings)
        self.windows_repository = self._repository("Windows", settings.name)
        self.windows = (
            self._tagged(self.windows_repository, "Windows", windows_version)
            if settings.has_gpu
            else None
        )
        """Image of the GPU fleet's workers; None if there is no GPU fleet."""

    def _built(self) -> ecs.ContainerImage:
        """Return the image that the deployment builds from Dockerfile.linux if it has changed."""
        return ecs.ContainerImage.from_asset(
            str(ROOT),
            file="render_container/Dockerfile.linux",
            platform=assets.Platform.LINUX_AMD64,
            exclude=(ROOT / ".dockerignore").read_text().splitlines(),
            ignore_mode=IgnoreMode.DOCKER,
        )

    def _existing(self, settings: Settings) -> ecs.ContainerImage:
        """Return the existing image that the setting `linuxImage` names.

        If it is in ECR, tasks get the permission to pull from its repository.
        """
        own = OWN_REGISTRY.fullmatch(settings.linux_image)
        if own is None:
            return ecs.ContainerImage.from_registry(settings.linux_image)
        repository = ecr.Repository.from_repository_attributes(
            self,
            "Linux",
            repository_name=own["name"],
            repository_arn=f"arn:aws:ecr:{own['region']}:{own['account']}:repository/{own['name']}",
        )
        return ecs.ContainerImage.from_ecr_repository(repository, own["version"])

    def _repository(self, system: str, name: str) -> ecr.Repository:
        repository = ecr.Repository(
            self,
            system,
            repository_name=f"{name}/worker-{system.lower()}",
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        acknowledge(
            repository,
            "ECR encrypts images with its own key. They contain programs only.",
            "CKV_AWS_136",
        )
        repository.add_lifecycle_rule(description="keep the last ten", max_image_count=10)
        return repository

    def _tagged(self, repository: ecr.Repository, system: str, version: str) -> ecs.ContainerImage:
        """Return the repository's image with a tag that is chosen at the deployment.

        Adds the CloudFormation parameter `<system>ImageTag` to the stack, with `version` as its
        default. `system` is "Linux" or "Windows".
        """
        tag = CfnParameter(
            self,
            f"{system}ImageTag",
            default=version,
            allowed_pattern=r"[\w][\w.-]{0,127}",
            description=f"Tag of the {system} worker's image",
        )
        tag.override_logical_id(f"{system}ImageTag")
        return ecs.ContainerImage.from_ecr_repository(repository, tag.value_as_string)
