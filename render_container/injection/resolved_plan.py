"""The resolved plan: a plan in terms of one project's items, layers and properties.

A `Plan` targets "every layer called title"; a resolved plan targets layer 3 of the composition with
id 12. After Effects' startup script (`extendscript/zz_intarsia.jsx`) carries it out. It neither
looks up names nor fits values.

Times in seconds, sizes in pixels; indexes count from 1, positions in lists from 0.
"""

import json
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from intarsia.projects.values import Fitting
from render_container.injection.operations import Data, FootageKind, ScriptParameter


class ItemRef(Data):
    """Reference to a composition."""

    id: int
    name: str


class LayerRef(Data):
    """Reference to a layer by its index; the layer must then have this name and match name."""

    index: Annotated[int, Field(ge=1)]
    name: str
    match_name: str


class Target(Data):
    """Reference to one layer of one composition."""

    composition: ItemRef
    layer: LayerRef


class PathStep(Data):
    """A child of a group: by match name, or by index where match names are not unique."""

    match_name: str
    index: Annotated[int, Field(ge=1)] | None = None


class PropertyRef(Data):
    """Reference to one property of one layer."""

    target: Target
    path: tuple[PathStep, ...]


class TextAttribute(Data):
    """An attribute of a text document, by its After Effects name."""

    name: str
    value: float | int | bool | str | list[float]


class TextSize(Data):
    """The size of a range of characters.

    `start` and `end` count UTF-16 units; None stands for the whole text.
    """

    start: int | None
    end: int | None
    font_size: float
    leading: float | None
    """None for auto leading, which follows the size."""


class SetProperty(Data):
    """A new value of a property; components that the value lacks stay."""

    do: Literal["set_property"] = "set_property"
    property: PropertyRef
    value: float | list[float]


class SetText(Data):
    """New attributes for all characters of a text, set in this order."""

    do: Literal["set_text"] = "set_text"
    property: PropertyRef
    attributes: tuple[TextAttribute, ...]


class SetTextSizes(Data):
    """New sizes of a text's characters."""

    do: Literal["set_text_sizes"] = "set_text_sizes"
    property: PropertyRef
    runs: tuple[TextSize, ...]


class SetAttribute(Data):
    """A new value of a layer's attribute, by its After Effects name."""

    do: Literal["set_attribute"] = "set_attribute"
    target: Target
    name: str
    value: Fitting


class SetExpression(Data):
    """A new expression of a property."""

    do: Literal["set_expression"] = "set_expression"
    property: PropertyRef
    expression: str


class ReplaceFootage(Data):
    """A new source of a layer; `file` is a position in `ResolvedPlan.files`."""

    do: Literal["replace_footage"] = "replace_footage"
    target: Target
    file: int


class RecolourSolids(Data):
    """A new colour of the solids that are the layers' sources; components from 0 to 1."""

    do: Literal["recolour_solids"] = "recolour_solids"
    targets: tuple[Target, ...]
    color: list[float]


class StartAt(Data):
    """A move of a layer, with its keyframes, so that it begins at this time."""

    do: Literal["start_at"] = "start_at"
    target: Target
    seconds: float


class LastFor(Data):
    """A new duration of a layer, from where it begins."""

    do: Literal["last_for"] = "last_for"
    target: Target
    seconds: float


class Remove(Data):
    """The removal of a layer."""

    do: Literal["remove"] = "remove"
    target: Target


class SetDuration(Data):
    """A new duration of a composition, and of the layers that ended with it."""

    do: Literal["set_duration"] = "set_duration"
    composition: ItemRef
    seconds: float


class FitLayer(Data):
    """The scaling of a layer to the size of its composition, in its centre."""

    do: Literal["fit_layer"] = "fit_layer"
    target: Target
    mode: Literal["fit", "fill"]
    scale: PropertyRef
    position: tuple[PropertyRef, ...]
    """Position, or X and Y Position."""


class Script(Data):
    """A user's script and the parameters that it can read."""

    text: str
    keyword: str
    parameters: tuple[ScriptParameter, ...]
    default: JsonValue


class RunScript(Data):
    """The run of a script."""

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
    """A file to import; `path` is valid on the machine that renders."""

    path: str
    kind: FootageKind
    field: str
    """The first asset that uses the file."""


class ResolvedOperation(Data):
    """One operation of the plan, with all its changes."""

    field: str
    changes: tuple[Change, ...]


class ResolvedPlan(Data):
    """Input of the startup script: the changes to make, and the data to report afterwards."""

    format: Literal[1] = 1
    token: str
    """Copied into the result, so that another run's result is not taken for this one's."""
    composition: str | None
    """The composition to draw, whose measures the result reports; None: no measures."""
    whole: bool
    """True to draw the whole composition, even if a script changes its length."""
    files: tuple[File, ...]
    operations: tuple[ResolvedOperation, ...]

    def to_json(self) -> str:
        """Return the plan as ASCII JSON on one line; all other characters become `\\uXXXX`."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False)
