"""The manifest: everything a worker is told about one render, kept in S3 beside its output."""

from typing import Literal

from intarsia.domain.assets import ManifestAsset, Model, SlotAsset
from intarsia.domain.settings import Codec, Engine


class Manifest(Model):
    """One render. Written when the job is planned, and again when its slots are filled."""

    job_id: str
    team_id: str
    template_id: str
    template_key: str
    """Key of the uploaded project in the templates bucket."""
    template_type: Literal["aep", "zip"]
    composition: str
    assets: list[ManifestAsset]
    media: Literal["video", "image"]
    codec: Codec
    quality: Literal["draft", "full"]
    engine: Engine
    frames: tuple[int, int] | None
    """First and last frame, both rendered, counted from 0; None for the whole composition."""
    output_key: str
    log_key: str

    @property
    def slots(self) -> list[SlotAsset]:
        """The places of children, in the order of the request's assets."""
        return [asset for asset in self.assets if isinstance(asset, SlotAsset)]

    def filled(self, outputs: dict[str, str]) -> "Manifest":
        """A copy in which each slot has its child's output key.

        `outputs` maps child ids to keys in the renders bucket; KeyError if one is missing.
        """
        assets: list[ManifestAsset] = [
            asset.model_copy(update={"output_key": outputs[asset.child_id]})
            if isinstance(asset, SlotAsset)
            else asset
            for asset in self.assets
        ]
        return self.model_copy(update={"assets": assets})


def manifest_key(job_id: str) -> str:
    """Where a job's manifest lies in the renders bucket."""
    return f"jobs/{job_id}/manifest.json"


def log_key(job_id: str) -> str:
    """Where a job's log lies in the renders bucket."""
    return f"jobs/{job_id}/log.txt"


def output_key(team_id: str, job_id: str, extension: str) -> str:
    """Where a job's output lies in the renders bucket."""
    return f"outputs/{team_id}/{job_id}.{extension}"
