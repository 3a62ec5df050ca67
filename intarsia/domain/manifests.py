"""The manifest: everything a worker is told about one job, kept in S3 beside its output."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from intarsia.domain.assets import Model, Source
from intarsia.domain.nested import Clip, ManifestAsset, SlotAsset
from intarsia.domain.settings import Codec, Engine
from intarsia.domain.uploads import Upload


class FontFile(Model):
    """A font of the team's bank that a render wants."""

    key: str
    """Key in the templates bucket."""
    file_name: str


class _Common(Model):
    job_id: str
    team_id: str
    output_key: str
    """Key in the renders bucket; with `upload`, only its file name counts."""
    log_key: str
    upload: Upload | None = None
    """The client's own bucket, if the output is to go there."""

    @property
    def file_name(self) -> str:
        """File name of the output."""
        return self.output_key.rpartition("/")[2]


class Manifest(_Common):
    """One render. Written when the job is planned, and again when its slots are filled."""

    kind: Literal["render"] = "render"
    template_id: str
    template_key: str | None = None
    """Key of the uploaded project in the templates bucket; None if it comes from `template_src`."""
    template_src: Source | None = None
    template_type: Literal["aep", "zip", "mogrt"] | None = None
    """None: to be seen from the file that `template_src` gives."""
    composition: str | None
    """None: the only one that there is (a project from `template_src`)."""
    assets: list[ManifestAsset]
    fonts: list[FontFile] = Field(default_factory=list)
    media: Literal["video", "image", "aep"]
    codec: Codec
    quality: Literal["draft", "full"]
    engine: Engine
    frames: tuple[int, int] | None
    """First and last frame, both rendered, counted from 0; None for the whole composition."""
    pieces: int = 1
    """In how many ranges of frames the job is drawn."""

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


class JoinManifest(_Common):
    """One join: clips to put end to end, in this order."""

    kind: Literal["join"] = "join"
    clips: list[Clip]

    def filled(self, outputs: dict[str, str]) -> "JoinManifest":
        """A copy in which each child's clip has its output key; KeyError if one is missing."""
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
    """The manifest that stands in `text`. Raises pydantic.ValidationError."""
    parsed: Any = _ADAPTER.validate_json(text)
    manifest: AnyManifest = parsed
    return manifest


def manifest_key(job_id: str) -> str:
    """Where a job's manifest lies in the renders bucket."""
    return f"jobs/{job_id}/manifest.json"


def log_key(job_id: str) -> str:
    """Where a job's log lies in the renders bucket."""
    return f"jobs/{job_id}/log.txt"


def pieces_folder(job_id: str) -> str:
    """Where a job's pieces lie in the renders bucket until they are one: not under `jobs/`, for
    what a job that failed leaves there is large and soon expires."""
    return f"pieces/{job_id}/"


def output_key(team_id: str, job_id: str, extension: str) -> str:
    """Where a job's output lies in the renders bucket."""
    return f"outputs/{team_id}/{job_id}.{extension}"
