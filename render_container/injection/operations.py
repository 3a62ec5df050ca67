"""The operations of injection, as data.

`field` is always the part of the job that an operation comes from, such as `assets[2]`. It is used
in messages.
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
    """The layers that an operation changes: those with this name or 1-based index.

    They are searched in the selected composition, or in all compositions if that is None.
    """

    composition: str | None = None
    layer_name: str | None = None
    layer_index: Annotated[int, Field(ge=1)] | None = None


class MediaInfo(Data):
    """Result of a probe of a media file. Sizes in pixels, duration in seconds; 0 if unknown."""

    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    fps: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    duration_s: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    has_audio: bool = False
    has_alpha: bool = False


class SetValue(Data):
    """Operation that sets a property or an attribute of every targeted layer to `value`."""

    do: Literal["set_value"] = "set_value"
    field: str
    target: Target
    property: str
    value: Value


class SetExpression(Data):
    """Operation that sets the expression of a property of every targeted layer."""

    do: Literal["set_expression"] = "set_expression"
    field: str
    target: Target
    property: str
    expression: str


class ReplaceFootage(Data):
    """Operation that makes a file on this machine the source of every targeted layer.

    `media` is the result of the file's probe; None if it was not probed.
    """

    do: Literal["replace_footage"] = "replace_footage"
    field: str
    target: Target
    path: Path
    kind: FootageKind
    media: MediaInfo | None = None


class SetEssential(Data):
    """Operation that sets the Essential Graphics field `name` to `value`.

    It does so in the selected compositions that have the field; None selects all compositions.
    """

    do: Literal["set_essential"] = "set_essential"
    field: str
    composition: str | None = None
    name: str
    value: Value


class Call(Data):
    """Operation that applies a template function (asset `nx:...`) to layers or compositions."""

    do: Literal["call"] = "call"
    field: str
    """Field of the function's parameters, such as `assets[2].params`."""
    function: FunctionAsset

    @property
    def target(self) -> Target | None:
        """Layers that the function changes; None for a function of compositions."""
        params = self.function.params
        if isinstance(params, CompDuration):
            return None
        assert isinstance(params.layer_name, str)
        return Target(composition=params.composition, layer_name=params.layer_name)


class ScriptParameter(Data):
    """A parameter that a user's script reads by its key."""

    key: str
    value: JsonValue = None
    is_function: bool = False
    """True if `value` is the source text of a function, or of an expression for the value."""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    """Arguments, by key, of a function given as `value`, which reads them with `NX.arg(key)`."""


class RunScript(Data):
    """Operation that runs a user's script on the project; only After Effects can do this."""

    do: Literal["run_script"] = "run_script"
    field: str
    path: Path | None = None
    """File of the script; None if the script is `text`."""
    text: str | None = None
    """Text of the script; None if the script is the file at `path`."""
    keyword: str
    """Name of the object through which the script reads its parameters, usually `NX`."""
    parameters: tuple[ScriptParameter, ...] = ()
    default: JsonValue = None
    """Value that the script reads for a parameter that is not in `parameters`."""


Operation = Annotated[
    SetValue | SetExpression | ReplaceFootage | SetEssential | Call | RunScript,
    Field(discriminator="do"),
]
