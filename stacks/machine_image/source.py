"""Our code from which the GPU machines' AMI is built."""

from aws_cdk import IgnoreMode
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.machine_image.ingredients import ROOT, version
from stacks.settings import Settings


class Source(Construct):
    """Zip with the part of this repository that runs on GPU machines, uploaded at deployment."""

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
        """Version of the AMI that is built from this code."""
