"""Assets of a job request: what is put into a template before it renders.

Field names follow the HTTP contract (`layerName`); in Python they are snake case. Asset objects
are open: unknown fields are kept out of the model but do not fail the request.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic.alias_generators import to_camel

from intarsia.domain.ids import TEMPLATE_ID_PATTERN
from intarsia.domain.settings import RenderSettings, described

LAYER_NAME_LIMIT = 1024  # characters
TEXT_LIMIT = 100_000  # characters

Name = Annotated[StrictStr, Field(min_length=1, max_length=LAYER_NAME_LIMIT)]
Number = (
    Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
)
Value = Annotated[
    StrictBool | Number | Annotated[StrictStr, Field(max_length=TEXT_LIMIT)] | list[Number],
    described("must be text, a number, true, false, or an array of numbers"),
]


def _https_only(value: object) -> object:
    if isinstance(value, str) and not re.match(r"https?://[^/\s]+", value):
        raise ValueError("must be an https:// or http:// URL")
    return value


Source = Annotated[StrictStr, Field(max_length=8192), BeforeValidator(_https_only)]


class Model(BaseModel):
    """Base of the contract's open objects: camel case outside, snake case inside."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )


class LayerAsset(Model):
    """An asset aimed at a layer, by name or by 1-based stacking index."""

    layer_name: Name | None = None
    layer_index: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    composition: Name | None = None
    """Composition whose layer is meant (`A->B` for B used in A); None: every one of the project."""

    @model_validator(mode="after")
    def _has_a_layer(self) -> Self:
        if (self.layer_name is None) == (self.layer_index is None):
            raise ValueError("give either layerName or layerIndex")
        return self


class TextAsset(LayerAsset):
    """Sets a text layer's Source Text."""

    type: Literal["text"]
    value: Annotated[StrictStr, Field(max_length=TEXT_LIMIT)]


class DataAsset(LayerAsset):
    """Sets a property, by a path with `.` or `->`, to a value, an expression or both."""

    type: Literal["data"]
    property: Name
    value: Value | None = None
    expression: Annotated[StrictStr, Field(max_length=TEXT_LIMIT)] | None = None

    @model_validator(mode="after")
    def _has_something_to_set(self) -> Self:
        if self.value is None and self.expression is None:
            raise ValueError("give a value or an expression")
        return self


class FootageAsset(LayerAsset):
    """Replaces a layer's footage by a file from `src`."""

    type: Literal["image", "video", "audio"]
    src: Source
    name: Name | None = None
    """File name to keep in the project; only its last path component is used."""


class StaticAsset(Model):
    """A file put into the job's working directory."""

    type: Literal["static"]
    src: Source
    name: Name | None = None


class SlotAsset(Model):
    """A nested job's place in its parent's manifest. Never accepted from a client."""

    type: Literal["slot"]
    layer_name: Name
    composition: Name | None = None
    child_id: str
    media: Literal["video", "image"]
    output_key: str | None = None
    """Key of the child's output in the renders bucket; None until the child has finished."""


class NestedTemplate(Model):
    """Which template and composition a nested job renders."""

    id: Annotated[StrictStr, Field(pattern=TEMPLATE_ID_PATTERN)]
    composition: Name
    name: Name | None = None


class NestedJobAsset(Model):
    """A child render whose output is set into the parent's layer (`type: "job"`), at any depth."""

    type: Literal["job"]
    layer_name: Name
    composition: Name | None = None
    template: NestedTemplate
    assets: "list[RequestAsset]" = Field(default_factory=list)
    preview: StrictBool = False
    settings: RenderSettings | None = None

    @model_validator(mode="after")
    def _is_one_medium(self) -> Self:
        if self.settings and self.settings.type == "image" and not self.settings.one_frame:
            raise ValueError("a nested image must be one frame, such as frames: 0")
        return self


RequestAsset = Annotated[
    TextAsset | DataAsset | FootageAsset | StaticAsset | NestedJobAsset,
    Field(discriminator="type"),
]
"""What a client may put into `assets`."""

ManifestAsset = Annotated[
    TextAsset | DataAsset | FootageAsset | StaticAsset | SlotAsset,
    Field(discriminator="type"),
]
"""What a worker is told to put in: nested jobs have become slots."""

NestedJobAsset.model_rebuild()
