"""Assets that are jobs themselves: nested renders and joins, and their forms in a manifest.

An asset of `type: "job"` is a child render. One of `type: "join"` is a child that puts clips end
to end. Both are allowed in the same places, at any depth.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictStr, model_validator

from intarsia.domain.assets import Model, Name, PlainAsset, Source
from intarsia.domain.ids import TEMPLATE_ID_PATTERN
from intarsia.domain.settings import JoinSettings, RenderSettings

FontName = Annotated[StrictStr, Field(min_length=1, max_length=256)]
FontNames = Annotated[list[FontName], Field(max_length=200)]


class NestedTemplate(Model):
    """The template and composition that a nested job renders."""

    id: Annotated[StrictStr, Field(pattern=TEMPLATE_ID_PATTERN)]
    composition: Name
    name: Name | None = None


class Render(Model):
    """Base of all child renders: those for a slot and those that are clips of a join."""

    template: NestedTemplate
    assets: "list[RequestAsset]" = Field(default_factory=list)
    fonts: FontNames = Field(default_factory=list)
    preview: StrictBool = False
    settings: RenderSettings | None = None


class NestedJobAsset(Render):
    """A child render whose output is inserted into a layer of the parent."""

    type: Literal["job"]
    layer_name: Name
    composition: Name | None = None

    @model_validator(mode="after")
    def _can_be_set_into_a_layer(self) -> Self:
        if self.settings and self.settings.type == "aep":
            raise ValueError('settings.type of a nested job must be "video" or "image"')
        if self.settings and self.settings.type == "image" and not self.settings.one_frame:
            raise ValueError("a nested image must be one frame, such as frames: 0")
        return self


class UrlClip(Model):
    """A clip of a join that is an existing video at the URL `src`."""

    type: Literal["video"]
    src: Source


class JobClip(Render):
    """A clip of a join that must be rendered first, as a child."""

    type: Literal["job"]

    @model_validator(mode="after")
    def _is_a_video(self) -> Self:
        if self.settings and self.settings.type != "video":
            raise ValueError('settings.type of a joined job must be "video"')
        return self


class JoinClip(Model):
    """A clip of a join that is the output of another join."""

    type: Literal["join"]
    assets: "JoinAssets"
    settings: JoinSettings | None = None


class NestedJoinAsset(Model):
    """A join whose output is inserted into a layer of the parent."""

    type: Literal["join"]
    layer_name: Name
    composition: Name | None = None
    assets: "JoinAssets"
    settings: JoinSettings | None = None


class SlotAsset(Model):
    """A slot in a parent's manifest, in place of the nested job. Never accepted from a client."""

    type: Literal["slot"]
    layer_name: Name
    composition: Name | None = None
    child_id: str
    media: Literal["video", "image"]
    output_key: str | None = None
    """Key of the child's output in the renders bucket; None until the child has finished."""


class Clip(Model):
    """One clip in the manifest of a join: the file at the URL `src`, or the output of a child.

    `output_key` is the key of the child's output in the renders bucket, None until the child has
    finished.
    """

    field: str
    """Path of the clip in the request, such as `assets[2]`."""
    src: Source | None = None
    child_id: str | None = None
    output_key: str | None = None


NestedAsset = NestedJobAsset | NestedJoinAsset
RequestAsset = Annotated[PlainAsset | NestedAsset, Field(discriminator="type")]
"""The asset types that a client may put into `assets`."""

JoinAsset = Annotated[UrlClip | JobClip | JoinClip, Field(discriminator="type")]
JoinAssets = Annotated[list[JoinAsset], Field(min_length=1)]
"""The clips that a client may put into the `assets` of a join, in playback order."""

ManifestAsset = Annotated[PlainAsset | SlotAsset, Field(discriminator="type")]
"""The asset types in a worker's manifest, where slots replace nested jobs and joins."""

for _model in (NestedJobAsset, JobClip, JoinClip, NestedJoinAsset):
    _model.model_rebuild()
