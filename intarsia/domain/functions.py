"""Template functions (`type: "function"`): ready-made changes to layers and compositions.

Two spellings are accepted: `nx:layer-remove` with `params.layerName`, and `nx-layer-remove` with
`layerName` beside `name`. The models hold the first one. The contract does not define all params.
Where it does not, Intarsia does: times are in seconds, in `value`.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    Field,
    JsonValue,
    StrictBool,
    StrictStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from intarsia.domain.colors import Color
from intarsia.domain.fields import Model, Name, Number, Text
from intarsia.domain.settings import described

LONGEST = 10_800  # seconds; the longest composition that After Effects accepts
SHORTEST = 0.01  # seconds; py-aep cannot write compositions below about a thousandth
LARGEST_FONT = 1296  # pixels, in After Effects
LAYERS_LIMIT = 2000  # names in one array
ASKED_LIMIT = 64 << 10  # bytes of JSON; the input of a generator

Seconds = Annotated[Number, Field(ge=SHORTEST, le=LONGEST)]
Moment = Annotated[Number, Field(ge=-LONGEST, le=LONGEST)]
FontSize = Annotated[Number, Field(gt=0, le=LARGEST_FONT)]
LayerNames = Annotated[
    Name | Annotated[list[Name], Field(min_length=1, max_length=LAYERS_LIMIT)],
    described(f"must be a layer's name, or an array of 1 to {LAYERS_LIMIT} names"),
]


ModelName = Annotated[
    StrictStr,
    # The name becomes part of a URL's path: a leading dot could climb out of it.
    Field(max_length=256, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$"),
    described("must be the name of one of fal's models, such as fal-ai/flux/dev"),
]
ServiceKey = Annotated[
    StrictStr,
    Field(min_length=1, max_length=1024, pattern=r"^[!-~]+$"),  # sent in a header
    described("must be the service's key without spaces, preferably as ${secrets.NAME}"),
]


class LayerParams(Model):
    """Base of the params of template functions for layers."""

    layer_name: LayerNames
    composition: Name | None = None
    """Name of the composition that holds the layer; `A->B` means B as used in A.

    None means every composition of the project.
    """


class LayerAutoscale(LayerParams):
    """Params of `nx:layer-autoscale`: scale a layer to its composition, or a text to its space.

    `fit` shows all of the source; `fill` leaves no part of the composition empty. A text gets the
    largest font size that fits, within the two limits, which are in pixels. Without a maximum,
    `fit` enlarges a text only to reach the minimum.
    """

    type: Literal["fill", "fit"] = "fit"
    max_font_size: FontSize | None = None
    min_font_size: FontSize | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        low, high = self.min_font_size, self.max_font_size
        if low is not None and high is not None and low > high:
            raise ValueError("minFontSize must not be above maxFontSize")
        return self


class LayerDuration(LayerParams):
    """Params of `nx:layer-duration-set`: the duration of a layer in seconds, from its in point."""

    value: Seconds = Field(validation_alias=AliasChoices("value", "duration"))


class LayerStart(LayerParams):
    """Params of `nx:layer-start-set`: the time in seconds at which a layer becomes visible.

    Its out point and its keyframes move with it.
    """

    value: Moment = Field(validation_alias=AliasChoices("value", "start", "startTime"))


class LayerState(LayerParams):
    """Params of `nx:layer-state-set`: whether a layer is visible or hidden."""

    visible: StrictBool | None = None
    state: Literal["visible", "hidden"] | None = None

    @model_validator(mode="after")
    def _is_one_state(self) -> Self:
        if self.visible is None and self.state is None:
            raise ValueError('give visible (true or false) or state ("visible" or "hidden")')
        if None not in (self.visible, self.state) and self.visible is not self.shown:
            raise ValueError("visible and state contradict each other; give one of them")
        return self

    @property
    def shown(self) -> bool:
        """Whether the layer is to be visible."""
        return self.visible is True if self.state is None else self.state == "visible"


class SolidColor(LayerParams):
    """Params of `nx:solid-color-set`: the colour of a solid."""

    color: Color = Field(validation_alias=AliasChoices("color", "value", "fillColor"))


class TextParams(LayerParams):
    """Params of `nx:text-params-set`: a text and its style.

    Attributes that are left out keep the template's values.
    """

    text_value: Text | None = Field(None, validation_alias=AliasChoices("textValue", "text"))
    font: Annotated[StrictStr, Field(min_length=1, max_length=256)] | None = None
    """PostScript name of the font."""
    font_size: FontSize | None = None
    fill_color: Color | None = None
    stroke_color: Color | None = None
    stroke_width: Annotated[Number, Field(gt=0, le=1000)] | None = None
    apply_fill: StrictBool | None = None
    apply_stroke: StrictBool | None = None
    tracking: Annotated[Number, Field(ge=-1000, le=10_000)] | None = None
    leading: Annotated[Number, Field(gt=0, le=5000)] | None = None
    justification: StrictStr | None = None
    faux_bold: StrictBool | None = None
    faux_italic: StrictBool | None = None

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if not self.attributes:
            raise ValueError(
                "sets nothing; give at least one attribute, such as textValue, font or fontSize"
            )
        return self

    @property
    def attributes(self) -> dict[str, Any]:
        """Values of the attributes to set, by their names in the contract, the text first."""
        kept = self.model_dump(by_alias=True, exclude={"layer_name", "composition"})
        return {name: value for name, value in kept.items() if value is not None}


class CompDuration(Model):
    """Params of `nx:comp-duration-set`: the duration of a composition in seconds.

    Layers that ended with the composition end with it again.
    """

    composition: Name
    value: Seconds = Field(validation_alias=AliasChoices("value", "duration"))


class LayerRemove(LayerParams):
    """Params of `nx:layer-remove`: the layer to remove from its composition."""


class GenAi(LayerParams):
    """Params of `nx:genai`: a picture, movie or sound to generate for layers, by a model at fal."""

    provider: Literal["fal"]
    key: ServiceKey
    """The client's API key at fal, which bills the requests to it."""
    model: ModelName
    type: Literal["image", "video", "audio"]
    data: dict[str, JsonValue] = Field(default_factory=dict)
    """The model's input, as its own documentation defines it."""

    @field_validator("data")
    @classmethod
    def _is_not_too_long(cls, data: dict[str, JsonValue]) -> dict[str, JsonValue]:
        try:
            size = len(json.dumps(data, allow_nan=False))
        except ValueError:
            raise ValueError("must be valid JSON, which has no NaN and no Infinity") from None
        if size > ASKED_LIMIT:
            raise ValueError(f"must be at most {ASKED_LIMIT} bytes of JSON; it has {size}")
        return data

    @property
    def layer_names(self) -> list[str]:
        """Names of all layers that receive the one generated file."""
        return [self.layer_name] if isinstance(self.layer_name, str) else self.layer_name


FunctionParams = (
    LayerAutoscale
    | LayerDuration
    | LayerStart
    | LayerState
    | SolidColor
    | TextParams
    | CompDuration
    | LayerRemove
    | GenAi
)
PARAMS: Mapping[str, type[FunctionParams]] = {
    "nx:layer-autoscale": LayerAutoscale,
    "nx:layer-duration-set": LayerDuration,
    "nx:layer-start-set": LayerStart,
    "nx:layer-state-set": LayerState,
    "nx:solid-color-set": SolidColor,
    "nx:text-params-set": TextParams,
    "nx:comp-duration-set": CompDuration,
    "nx:layer-remove": LayerRemove,
    "nx:genai": GenAi,
}
"""Params model of every template function, by the function's name."""


class FunctionAsset(Model):
    """An asset that applies a template function to layers or to a composition."""

    type: Literal["function"]
    name: StrictStr
    """Name of the template function: a key of PARAMS, to which every spelling is normalised."""
    params: FunctionParams

    @model_validator(mode="before")
    @classmethod
    def _params_in_one_place(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        params = {} if data.get("params") is None else data["params"]
        if not isinstance(params, Mapping):
            return data
        beside = {
            key: data[key]
            for key in ("layerName", "composition")
            if data.get(key) is not None and params.get(key) is None
        }
        return {**data, "params": {**params, **beside}}

    @field_validator("name")
    @classmethod
    def _is_known(cls, name: str) -> str:
        bare = re.sub(r"^nx[:-]", "", name)
        found = "nx:genai" if bare == "gen-ai" else f"nx:{bare}"
        if found not in PARAMS or bare == name:
            raise ValueError(f'unknown function "{name[:100]}"; use one of ' + ", ".join(PARAMS))
        return found

    @field_validator("params", mode="wrap")
    @classmethod
    def _are_those_of_the_name(cls, params: Any, _: Any, info: ValidationInfo) -> Any:
        if "name" not in info.data:
            # The unknown name is reported already, and no model exists for its params.
            return params
        return PARAMS[info.data["name"]].model_validate(params)

    def expanded(self) -> "list[FunctionAsset]":
        """Return one asset per layer that `params` names, in order.

        Returns only this asset if `params` has no array of layers, or if it generates a file. Each
        generation is paid for, so one file goes into all named layers.
        """
        params = self.params
        if isinstance(params, CompDuration | GenAi) or isinstance(params.layer_name, str):
            return [self]
        return [
            self.model_copy(update={"params": params.model_copy(update={"layer_name": name})})
            for name in params.layer_name
        ]
