"""The operations of injection, as data.

`field` is always the asset that an operation comes from, such as `assets[2]`, for messages.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, JsonValue

from intarsia.domain.assets import FunctionAsset, Value
from intarsia.domain.functions import CompDuration

FootageKind = Literal["image", "video", "audio"]


class Data(BaseModel):
    """Base of all parts of a plan: immutable, without extra fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(Data):
    """The layers selected by a composition (None: all) and by a name or 1-based index."""

    composition: str | None = None
    layer_name: str | None = None
    layer_index: Annotated[int, Field(ge=1)] | None = None


class MediaInfo(Data):
    """Result of a probe of a media file. Sizes in pixels, duration in seconds."""

    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    fps: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    duration_s: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    has_audio: bool = False
    has_alpha: bool = False


class SetValue(Data):
    """A value for a property or attribute of every targeted layer."""

    do: Literal["set_value"] = "set_value"
    field: str
    target: Target
    property: str
    value: Value


class SetExpression(Data):
    """An expression for a property of every targeted layer."""

    do: Literal["set_expression"] = "set_expression"
    field: str
    target: Target
    property: str
    expression: str


class ReplaceFootage(Data):
    """A file on this machine as the new source of every targeted layer."""

    do: Literal["replace_footage"] = "replace_footage"
    field: str
    target: Target
    path: Path
    kind: FootageKind
    media: MediaInfo | None = None


class SetEssential(Data):
    """A value for an Essential Graphics field of every selected composition that has the field."""

    do: Literal["set_essential"] = "set_essential"
    field: str
    composition: str | None = None
    name: str
    value: Value


class Call(Data):
    """A function, applied to one layer or composition."""

    do: Literal["call"] = "call"
    field: str
    """The asset's params, such as `assets[2].params`."""
    function: FunctionAsset

    @property
    def target(self) -> Target | None:
        """The targeted layer; None for a function of compositions."""
        params = self.function.params
        if isinstance(params, CompDuration):
            return None
        assert isinstance(params.layer_name, str)
        return Target(composition=params.composition, layer_name=params.layer_name)


class ScriptParameter(Data):
    """A parameter that a script reads by its key."""

    key: str
    value: JsonValue = None
    is_function: bool = False
    """True if `value` is the text of a function, or of an expression that makes the value."""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    """Arguments that the function reads by `NX.arg(key)`."""


class RunScript(Data):
    """A script to run on the project; only After Effects can run it."""

    do: Literal["run_script"] = "run_script"
    field: str
    path: Path | None = None
    text: str | None = None
    """Text of the script; None if the script is the file at `path`."""
    keyword: str
    parameters: tuple[ScriptParameter, ...] = ()
    default: JsonValue = None
    """Value of a parameter that is not given."""


Operation = Annotated[
    SetValue | SetExpression | ReplaceFootage | SetEssential | Call | RunScript,
    Field(discriminator="do"),
]
