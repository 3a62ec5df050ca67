"""What injection can be told to do, as data.

`field` is always the asset an operation comes from, such as `assets[2]`, for messages.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, JsonValue

from intarsia.domain.assets import FunctionAsset, Value
from intarsia.domain.functions import CompDuration

FootageKind = Literal["image", "video", "audio"]


class Data(BaseModel):
    """Base of all that a plan is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(Data):
    """Which layers: a composition selector (None: all of them) and a name or 1-based index."""

    composition: str | None = None
    layer_name: str | None = None
    layer_index: Annotated[int, Field(ge=1)] | None = None


class MediaInfo(Data):
    """What a probe found in a media file. Sizes in pixels, duration in seconds."""

    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    fps: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    duration_s: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    has_audio: bool = False
    has_alpha: bool = False


class SetValue(Data):
    """Sets a property or attribute of every layer meant."""

    do: Literal["set_value"] = "set_value"
    field: str
    target: Target
    property: str
    value: Value


class SetExpression(Data):
    """Gives a property of every layer meant an expression."""

    do: Literal["set_expression"] = "set_expression"
    field: str
    target: Target
    property: str
    expression: str


class ReplaceFootage(Data):
    """Makes a file on this machine the source of every layer meant."""

    do: Literal["replace_footage"] = "replace_footage"
    field: str
    target: Target
    path: Path
    kind: FootageKind
    media: MediaInfo | None = None


class SetEssential(Data):
    """Sets a field of the Essential Graphics of every composition meant that has it."""

    do: Literal["set_essential"] = "set_essential"
    field: str
    composition: str | None = None
    name: str
    value: Value


class Call(Data):
    """Does what a function says, to one layer or composition."""

    do: Literal["call"] = "call"
    field: str
    """The params of the asset, such as `assets[2].params`."""
    function: FunctionAsset

    @property
    def target(self) -> Target | None:
        """The layer meant; None for a function of compositions."""
        params = self.function.params
        if isinstance(params, CompDuration):
            return None
        assert isinstance(params.layer_name, str)
        return Target(composition=params.composition, layer_name=params.layer_name)


class ScriptParameter(Data):
    """What a script reads under a key."""

    key: str
    value: JsonValue = None
    is_function: bool = False
    """`value` is the text of a function, or of an expression that makes the value."""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    """What that function reads by `NX.arg(key)`."""


class RunScript(Data):
    """Runs a script on the project; only After Effects can."""

    do: Literal["run_script"] = "run_script"
    field: str
    path: Path | None = None
    text: str | None = None
    """The script itself, unless it is the file at `path`."""
    keyword: str
    parameters: tuple[ScriptParameter, ...] = ()
    default: JsonValue = None
    """What a parameter is that is not given."""


Operation = Annotated[
    SetValue | SetExpression | ReplaceFootage | SetEssential | Call | RunScript,
    Field(discriminator="do"),
]
