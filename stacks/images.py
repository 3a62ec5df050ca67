"""Where the workers' images lie. They are pushed by hand or by a pipeline, never by a deploy."""

from aws_cdk import CfnParameter, RemovalPolicy
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from stacks.settings import Settings


class Images(Construct):
    """A repository for each fleet, and a stack parameter that says which tag runs."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.linux = self._image("Linux", settings.name)
        self.windows = self._image("Windows", settings.name)

    def _image(self, system: str, name: str) -> ecs.ContainerImage:
        tag = CfnParameter(
            self,
            f"{system}ImageTag",
            default="0.1.0",
            allowed_pattern=r"[\w][\w.-]{0,127}",
            description=f"Tag of the {system} worker's image",
        )
        tag.override_logical_id(f"{system}ImageTag")
        repository = ecr.Repository(
            self,
            system,
            repository_name=f"{name}/worker-{system.lower()}",
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            removal_policy=RemovalPolicy.RETAIN,
        )
        repository.add_lifecycle_rule(description="keep the last ten", max_image_count=10)
        return ecs.ContainerImage.from_ecr_repository(repository, tag.value_as_string)
