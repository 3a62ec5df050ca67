"""Manifests: a worker's complete input for one job, kept in the renders bucket."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from intarsia.domain.assets import Model, Source
from intarsia.domain.nested import Clip, ManifestAsset, SlotAsset
from intarsia.domain.settings import Codec, Engine
from intarsia.domain.uploads import Upload


class FontFile(Model):
    """A file of one of the team's fonts that a render uses."""

    key: str
    """Key of the font file in the templates bucket."""
    file_name: str


class _Common(Model):
    job_id: str
    team_id: str
    output_key: str
    """Key of the output in the renders bucket.

    If `upload` is set, the output is not stored there, and only the key's file name is used.
    """
    log_key: str
    upload: Upload | None = None
    """The client's own bucket that receives the output; None for the renders bucket."""

    @property
    def file_name(self) -> str:
        """File name of the output, with its extension."""
        return self.output_key.rpartition("/")[2]


class Manifest(_Common):
    """A worker's input for one render.

    It is written when the job is submitted, and again with the outputs of its children.
    """

    kind: Literal["render"] = "render"
    template_id: str
    template_key: str | None = None
    """Key of the template's file in the templates bucket; None if `template_src` is used."""
    template_src: Source | None = None
    template_type: Literal["aep", "zip", "mogrt"] | None = None
    """Type of the template's file; None to detect it from the file at `template_src`."""
    composition: str | None
    """Name of the composition to render.

    None (only with `template_src`) means the project's only composition.
    """
    assets: list[ManifestAsset]
    fonts: list[FontFile] = Field(default_factory=list)
    media: Literal["video", "image", "aep"]
    codec: Codec
    quality: Literal["draft", "full"]
    engine: Engine
    frames: tuple[int, int] | None
    """First and last frame to render, counted from 0; None for the whole composition."""
    pieces: int = 1
    """Number of frame ranges that are rendered separately; 1 if the job is rendered as a whole."""

    @property
    def slots(self) -> list[SlotAsset]:
        """The slots among the assets, one per child, in the order of the request."""
        return [asset for asset in self.assets if isinstance(asset, SlotAsset)]

    def filled(self, outputs: dict[str, str]) -> "Manifest":
        """Return a copy in which each slot has the key of its child's output.

        `outputs` maps the children's ids to the keys of their outputs in the renders bucket.
        Raises KeyError if it lacks a child.
        """
        assets: list[ManifestAsset] = [
            asset.model_copy(update={"output_key": outputs[asset.child_id]})
            if isinstance(asset, SlotAsset)
            else asset
            for asset in self.assets
        ]
        return self.model_copy(update={"assets": assets})


class JoinManifest(_Common):
    """A worker's input for one join: the clips to put end to end, in playback order."""

    kind: Literal["join"] = "join"
    clips: list[Clip]

    def filled(self, outputs: dict[str, str]) -> "JoinManifest":
        """Return a copy in which each clip that is a child has the key of the child's output.

        `outputs` maps the children's ids to the keys of their outputs in the renders bucket.
        Raises KeyError if it lacks a child.
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
    """Return the manifest of a render or a join from its JSON text.

    Raises pydantic.ValidationError if `text` is not a valid manifest.
    """
    parsed: Any = _ADAPTER.validate_json(text)
    manifest: AnyManifest = parsed
    return manifest


def manifest_key(job_id: str) -> str:
    """Return the key in the renders bucket of a manifest in an object of its own.

    Only a job whose `Job.manifest` is None has one, such as a parent whose slots are filled.
    """
    return f"jobs/{job_id}/manifest.json"


def log_key(job_id: str) -> str:
    """Return the key of a job's log in the renders bucket."""
    return f"jobs/{job_id}/log.txt"


def pieces_folder(job_id: str) -> str:
    """Return the key prefix of a job's pieces in the renders bucket.

    It is outside `jobs/`, so that the large pieces of a failed job can expire sooner than its log.
    """
    return f"pieces/{job_id}/"


def output_key(team_id: str, job_id: str, extension: str) -> str:
    """Return the key of a job's output in the renders bucket; `extension` has no dot."""
    return f"outputs/{team_id}/{job_id}.{extension}"
