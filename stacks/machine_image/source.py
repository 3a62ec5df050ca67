"""The sources from which the machines' image is built."""

from aws_cdk import IgnoreMode
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.machine_image.ingredients import ROOT, version
from stacks.settings import Settings


class Source(Construct):
    """The repository's parts that run on machines: a zip, which the deployment uploads."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.asset = assets.Asset(
            self,
            "Repository",
            path=str(ROOT),
            exclude=(ROOT / ".dockerignore").read_text().splitlines(),
            ignore_mode=IgnoreMode.DOCKER,
        )
        self.version = version(settings, self.asset.asset_hash)
