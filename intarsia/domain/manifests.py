"""Manifests: a worker's complete input for one job, kept in the renders bucket."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from intarsia.domain.assets import Model, Source
from intarsia.domain.nested import Clip, ManifestAsset, SlotAsset
from intarsia.domain.settings import Codec, Engine
from intarsia.domain.uploads import Upload


class FontFile(Model):
    """A font of the team that a render uses."""

    key: str
    """Key in the templates bucket."""
    file_name: str


class _Common(Model):
    job_id: str
    team_id: str
    output_key: str
    """Key in the renders bucket; with `upload`, only its file name is used."""
    log_key: str
    upload: Upload | None = None
    """The client's own bucket, if the output goes there."""

    @property
    def file_name(self) -> str:
        """File name of the output."""
        return self.output_key.rpartition("/")[2]


class Manifest(_Common):
    """The input of one render, written when the job is planned and when its slots are filled."""

    kind: Literal["render"] = "render"
    template_id: str
    template_key: str | None = None
    """Key of the uploaded project in the templates bucket; None if it comes from `template_src`."""
    template_src: Source | None = None
    template_type: Literal["aep", "zip", "mogrt"] | None = None
    """None: detected from the file at `template_src`."""
    composition: str | None
    """None: the project's only composition (of a project from `template_src`)."""
    assets: list[ManifestAsset]
    fonts: list[FontFile] = Field(default_factory=list)
    media: Literal["video", "image", "aep"]
    codec: Codec
    quality: Literal["draft", "full"]
    engine: Engine
    frames: tuple[int, int] | None
    """First and last frame, both rendered, counted from 0; None for the whole composition."""
    pieces: int = 1
    """Number of frame ranges that are drawn apart; 1: the job is drawn as a whole."""

    @property
    def slots(self) -> list[SlotAsset]:
        """The children's slots, in the order of the request's assets."""
        return [asset for asset in self.assets if isinstance(asset, SlotAsset)]

    def filled(self, outputs: dict[str, str]) -> "Manifest":
        """Return a copy in which each slot has its child's output key.

        `outputs` maps child ids to keys in the renders bucket. Raises KeyError if one is missing.
        """
        assets: list[ManifestAsset] = [
            asset.model_copy(update={"output_key": outputs[asset.child_id]})
            if isinstance(asset, SlotAsset)
            else asset
            for asset in self.assets
        ]
        return self.model_copy(update={"assets": assets})


class JoinManifest(_Common):
    """The input of one join: clips to put end to end, in this order."""

    kind: Literal["join"] = "join"
    clips: list[Clip]

    def filled(self, outputs: dict[str, str]) -> "JoinManifest":
        """Return a copy in which each child's clip has its output key.

        `outputs` maps child ids to keys in the renders bucket. Raises KeyError if one is missing.
        """
        clips = [
            clip.model_copy(update={"output_key": outputs[clip.child_id]})
            if clip.child_id
            else clip
            for clip in self.clips
        ]
        return self.model_copy(update={"clips": clips})


AnyManifest = Manifest | JoinManifest

_ADAPTER: TypeAdapter[AnyManifest] = TypeAdapter(
    Annotated[AnyManifest, Field(discriminator="kind")]
)


def parse_manifest(text: str) -> AnyManifest:
    """Return the manifest in `text`, JSON. Raises pydantic.ValidationError if it is invalid."""
    parsed: Any = _ADAPTER.validate_json(text)
    manifest: AnyManifest = parsed
    return manifest


def manifest_key(job_id: str) -> str:
    """Return the key of a job's manifest in the renders bucket."""
    return f"jobs/{job_id}/manifest.json"


def log_key(job_id: str) -> str:
    """Return the key of a job's log in the renders bucket."""
    return f"jobs/{job_id}/log.txt"


def pieces_folder(job_id: str) -> str:
    """Return the key prefix of a job's pieces in the renders bucket.

    It is outside `jobs/`, so that the large pieces of a failed job can expire sooner.
    """
    return f"pieces/{job_id}/"


def output_key(team_id: str, job_id: str, extension: str) -> str:
    """Return the key of a job's output in the renders bucket."""
    return f"outputs/{team_id}/{job_id}.{extension}"
