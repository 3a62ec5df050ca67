"""The resolved plan: a plan in terms of one project's items, layers and properties.

A `Plan` targets "every layer called title"; a resolved plan targets layer 3 of the composition with
id 12. Our startup script in After Effects (`extendscript/zz_intarsia.jsx`) carries it out. The
script neither looks up names nor converts values.

Times in seconds, sizes in pixels; indexes count from 1, positions in lists from 0.
"""

import json
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from intarsia.projects.values import Fitting
from render_container.injection.operations import Data, FootageKind, ScriptParameter


class ItemRef(Data):
    """Reference to a composition by its id in the project; it must have this name."""

    id: int
    name: str


class LayerRef(Data):
    """Reference to a layer by its index; the layer must have this name and match name."""

    index: Annotated[int, Field(ge=1)]
    name: str
    match_name: str


class Target(Data):
    """Reference to one layer of one composition."""

    composition: ItemRef
    layer: LayerRef


class PathStep(Data):
    """Step on the path from a layer to a property: one child of a property group.

    `index` is given only in indexed groups and where match names are not unique. The child must
    have the match name in either case.
    """

    match_name: str
    index: Annotated[int, Field(ge=1)] | None = None


class PropertyRef(Data):
    """Reference to one property of one layer, by the path that leads to it."""

    target: Target
    path: tuple[PathStep, ...]


class TextAttribute(Data):
    """New value of an attribute of a text document; `name` is its name in After Effects."""

    name: str
    value: float | int | bool | str | list[float]


class TextSize(Data):
    """Font size and leading of the characters from `start` up to, not including, `end`.

    `start` and `end` count UTF-16 units. None for both stands for the whole text.
    """

    start: int | None
    end: int | None
    font_size: float
    leading: float | None
    """Distance between lines; None for auto leading, which follows the font size."""


class SetProperty(Data):
    """New value of a property. Components that the value lacks, such as z, stay unchanged."""

    do: Literal["set_property"] = "set_property"
    property: PropertyRef
    value: float | list[float]


class SetText(Data):
    """New attributes of all characters of a text, set in this order."""

    do: Literal["set_text"] = "set_text"
    property: PropertyRef
    attributes: tuple[TextAttribute, ...]


class SetTextSizes(Data):
    """New font sizes of a text's characters."""

    do: Literal["set_text_sizes"] = "set_text_sizes"
    property: PropertyRef
    runs: tuple[TextSize, ...]


class SetAttribute(Data):
    """Change: set a layer's attribute to a value. `name` is its name in After Effects' scripts."""

    do: Literal["set_attribute"] = "set_attribute"
    target: Target
    name: str
    value: Fitting


class SetExpression(Data):
    """New expression of a property."""

    do: Literal["set_expression"] = "set_expression"
    property: PropertyRef
    expression: str


class ReplaceFootage(Data):
    """New source of a layer: the file at the position `file` in `ResolvedPlan.files`."""

    do: Literal["replace_footage"] = "replace_footage"
    target: Target
    file: int


class RecolourSolids(Data):
    """New colour of the solids that are the sources of `targets`; components from 0 to 1."""

    do: Literal["recolour_solids"] = "recolour_solids"
    targets: tuple[Target, ...]
    color: list[float]


class StartAt(Data):
    """Move of a layer, with its keyframes, so that it begins at `seconds` in its composition."""

    do: Literal["start_at"] = "start_at"
    target: Target
    seconds: float


class LastFor(Data):
    """New duration of a layer, measured from its in point."""

    do: Literal["last_for"] = "last_for"
    target: Target
    seconds: float


class Remove(Data):
    """Removal of a layer from its composition."""

    do: Literal["remove"] = "remove"
    target: Target


class SetDuration(Data):
    """New duration of a composition. Layers that ended with it are made to end with it again."""

    do: Literal["set_duration"] = "set_duration"
    composition: ItemRef
    seconds: float


class FitLayer(Data):
    """Scaling of a layer until its source fits or fills its composition, and its centring there."""

    do: Literal["fit_layer"] = "fit_layer"
    target: Target
    mode: Literal["fit", "fill"]
    scale: PropertyRef
    position: tuple[PropertyRef, ...]
    """The property Position, or the two properties X Position and Y Position."""


class Script(Data):
    """A user's script and the parameters that it can read."""

    text: str
    keyword: str
    """Name of the object through which the script reads its parameters, usually `NX`."""
    parameters: tuple[ScriptParameter, ...]
    default: JsonValue
    """Value that the script reads for a parameter that is not in `parameters`."""


class RunScript(Data):
    """Run of a user's script."""

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
    """A footage file to import; `path` is valid on the machine on which After Effects runs."""

    path: str
    kind: FootageKind
    field: str
    """Field of the first asset that uses the file, such as `assets[0]`."""


class ResolvedOperation(Data):
    """One operation of the plan, with all its changes."""

    field: str
    changes: tuple[Change, ...]


class ResolvedPlan(Data):
    """Input of the startup script in After Effects: the changes that it makes to the project."""

    format: Literal[1] = 1
    token: str
    """Random text that the script copies into its result.

    Otherwise the result of another run could be mistaken for this one's.
    """
    composition: str | None
    """Name of the composition to render, whose measures the result has; None for no measures."""
    whole: bool
    """True to render the whole composition, even if a script changes its length."""
    files: tuple[File, ...]
    operations: tuple[ResolvedOperation, ...]

    def to_json(self) -> str:
        """Return the plan as ASCII JSON on one line; non-ASCII characters become `\\uXXXX`."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False)
