"""A plan in terms of one project's own items, layers and properties: what After Effects is told.

`Plan` says "every layer called title"; here it is layer 3 of the composition with id 12. The
script that carries it out (`extendscript/zz_intarsia.jsx`) looks nothing up and fits nothing.
Times in seconds, sizes in pixels; indexes count from 1, positions in lists from 0.
"""

import json
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from intarsia.projects.values import Fitting
from render_container.injection.operations import Data, FootageKind, ScriptParameter


class ItemRef(Data):
    """A composition."""

    id: int
    name: str


class LayerRef(Data):
    """A layer by its index; name and match name are what it must then have."""

    index: Annotated[int, Field(ge=1)]
    name: str
    match_name: str


class Target(Data):
    """One layer of one composition."""

    composition: ItemRef
    layer: LayerRef


class PathStep(Data):
    """A child of a group: by match name, or by index where names do not tell children apart."""

    match_name: str
    index: Annotated[int, Field(ge=1)] | None = None


class PropertyRef(Data):
    """One property of one layer."""

    target: Target
    path: tuple[PathStep, ...]


class TextAttribute(Data):
    """An attribute of a text document, by its After Effects name."""

    name: str
    value: float | int | bool | str | list[float]


class TextSize(Data):
    """Characters of one size; `start` and `end` count UTF-16 units, None: the whole text."""

    start: int | None
    end: int | None
    font_size: float
    leading: float | None
    """None: it follows the size by itself."""


class SetProperty(Data):
    """A value; components that it lacks stay."""

    do: Literal["set_property"] = "set_property"
    property: PropertyRef
    value: float | list[float]


class SetText(Data):
    """Attributes of a text, in this order; all its characters get them."""

    do: Literal["set_text"] = "set_text"
    property: PropertyRef
    attributes: tuple[TextAttribute, ...]


class SetTextSizes(Data):
    """The sizes of a text's characters."""

    do: Literal["set_text_sizes"] = "set_text_sizes"
    property: PropertyRef
    runs: tuple[TextSize, ...]


class SetAttribute(Data):
    """An attribute of a layer, by its After Effects name."""

    do: Literal["set_attribute"] = "set_attribute"
    target: Target
    name: str
    value: Fitting


class SetExpression(Data):
    """An expression."""

    do: Literal["set_expression"] = "set_expression"
    property: PropertyRef
    expression: str


class ReplaceFootage(Data):
    """A file of the plan, by its position, becomes a layer's source."""

    do: Literal["replace_footage"] = "replace_footage"
    target: Target
    file: int


class RecolourSolids(Data):
    """The solids that are the layers' sources get a colour, each component from 0 to 1."""

    do: Literal["recolour_solids"] = "recolour_solids"
    targets: tuple[Target, ...]
    color: list[float]


class StartAt(Data):
    """A layer, with its keyframes, is moved to where it begins at this time."""

    do: Literal["start_at"] = "start_at"
    target: Target
    seconds: float


class LastFor(Data):
    """A layer lasts so long from where it begins."""

    do: Literal["last_for"] = "last_for"
    target: Target
    seconds: float


class Remove(Data):
    """A layer goes."""

    do: Literal["remove"] = "remove"
    target: Target


class SetDuration(Data):
    """A composition, and the layers that ended with it, last so long."""

    do: Literal["set_duration"] = "set_duration"
    composition: ItemRef
    seconds: float


class FitLayer(Data):
    """A layer becomes as large as its composition, in its middle."""

    do: Literal["fit_layer"] = "fit_layer"
    target: Target
    mode: Literal["fit", "fill"]
    scale: PropertyRef
    position: tuple[PropertyRef, ...]
    """Position, or X and Y Position."""


class Script(Data):
    """A user's script and what it can read."""

    text: str
    keyword: str
    parameters: tuple[ScriptParameter, ...]
    default: JsonValue


class RunScript(Data):
    """Runs a script."""

    do: Literal["run_script"] = "run_script"
    script: Script


Change = Annotated[
    SetProperty
    | SetText
    | SetTextSizes
    | SetAttribute
    | SetExpression
    | ReplaceFootage
    | RecolourSolids
    | StartAt
    | LastFor
    | Remove
    | SetDuration
    | FitLayer
    | RunScript,
    Field(discriminator="do"),
]


class File(Data):
    """A file to import; `path` as the machine that draws knows it."""

    path: str
    kind: FootageKind
    field: str
    """The first asset that it is for."""


class ResolvedOperation(Data):
    """One operation of the plan: everything that it changes."""

    field: str
    changes: tuple[Change, ...]


class ResolvedPlan(Data):
    """What is to be done, and to be told afterwards."""

    format: Literal[1] = 1
    token: str
    """Comes back in the result, so that another run's result is not taken for this one's."""
    composition: str | None
    """The composition that will be drawn, whose measures come back; None: nothing comes back."""
    whole: bool
    """Draw it from end to end, however long it is by then."""
    files: tuple[File, ...]
    operations: tuple[ResolvedOperation, ...]

    def to_json(self) -> str:
        """ASCII JSON on one line; everything else is escaped as `\\uXXXX`."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False)
