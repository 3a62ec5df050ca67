"""Facts of a project: its contents as immutable, JSON-serialisable models.

Times are in seconds of the composition's own time, sizes in pixels. Layer indexes count from 1 at
the top of the stack, as in After Effects. `aeid` is the id of an item or a layer in After Effects;
fields such as `source_id` refer to it.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FiniteFloat

LayerKind = Literal["text", "shape", "av", "null", "adjustment", "camera", "light", "model", "mesh"]
SourceKind = Literal["file", "comp", "solid", "placeholder"]
PropertyKind = Literal["group", "number", "vector", "color", "text", "other"]


def _storable(text: str) -> str:
    """Replace surrogates by U+FFFD, because JSON in UTF-8 cannot hold them.

    py-aep returns surrogates for names in old projects whose bytes are not UTF-8.
    """
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


Text = Annotated[str, AfterValidator(_storable)]
NodeId = Annotated[int, "index into ProjectFacts.nodes"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PropertyNode(_Facts):
    """A property or a group of properties of a layer.

    Equal nodes (with equal children) are stored once. Hundreds of layers may share one Transform
    group, for example.
    """

    name: Text
    match_name: Text
    kind: PropertyKind
    children: tuple[NodeId, ...] = ()
    dimensions: int = 1
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    hidden: bool = False
    """True if After Effects hides the property in this layer's state and refuses to set it."""
    keyframed: bool = False
    has_expression: bool = False
    """True if an enabled expression determines the property's value."""
    takes_expression: bool = False
    """True if the property can have an expression."""
    separated: bool = False
    """True for a Position that is split: X, Y and Z Position hold its value in its place."""


class EffectFacts(_Facts):
    """An effect on a layer."""

    match_name: Text
    name: Text
    enabled: bool = True


class CompositionFacts(_Facts):
    """A composition of the project."""

    aeid: int
    name: Text
    width: int
    height: int
    duration_s: FiniteFloat
    frame_rate: FiniteFloat
    frames: int
    display_start_frame: int = 0
    renderer: Text = ""
    """Match name of the composition's 3D renderer, such as `ADBE Advanced 3d` (Classic 3D)."""


class LayerFacts(_Facts):
    """A layer of a composition.

    `top`, `left`, `width` and `height` are the layer's box in the composition, in pixels. It is the
    box of the source at the layer's anchor point, position and scale. Rotation and parents are
    ignored. Text and shape layers have no source, so a box of the composition's size is placed in
    the same way.

    A layer that `gather` does not read in detail has the unscaled size, and no text, fonts, effects
    or properties.
    """

    composition_id: int
    aeid: int
    index: int
    name: Text
    """Name that selectors match: the layer's own name, or its source's if it has no own name."""
    source_name: Text | None = None
    has_own_name: bool = False
    kind: LayerKind
    source_type: SourceKind | None = None
    source_id: int | None = None
    source_comp_id: int | None = None
    parent_id: int | None = None
    enabled: bool = True
    three_d: bool = False
    has_audio: bool = False
    start_s: FiniteFloat
    in_s: FiniteFloat
    out_s: FiniteFloat
    width: FiniteFloat = 0.0
    height: FiniteFloat = 0.0
    top: FiniteFloat = 0.0
    left: FiniteFloat = 0.0
    text: Text | None = None
    fonts: tuple[Text, ...] = ()
    """PostScript names of the fonts in a text layer, from all keyframes of its text.

    Empty for other layers.
    """
    effects: tuple[EffectFacts, ...] = ()
    properties: tuple[NodeId, ...] = ()


class FontFacts(_Facts):
    """A font that text layers use.

    A project has only the font's PostScript name (`Family-Style`). The family and the style are its
    parts before and after the first hyphen.
    """

    postscript_name: Text
    family: Text
    style: Text
    layers: int
    """Number of text layers that use the font."""


class FootageFacts(_Facts):
    """A footage item: a file, a solid or a placeholder."""

    aeid: int
    name: Text
    kind: Literal["image", "sequence", "video", "audio", "data", "model", "solid", "placeholder"]
    path: Text | None = None
    """Path of the file on the author's machine; None for a solid or a placeholder."""
    width: int = 0
    height: int = 0
    duration_s: FiniteFloat = 0.0
    frame_rate: FiniteFloat = 0.0
    present: bool | None = None
    """Whether the file was uploaded with the project; None for a solid or a placeholder."""
    local_path: Text | None = None
    """Path of the file relative to the uploaded folder, with `/`; None if it is not in there."""
    used: bool = True
    """True if the item is the source of at least one layer."""


EssentialKind = Literal[
    "checkbox", "slider", "angle", "color", "point", "text", "comment", "vector", "group",
    "dropdown", "media", "other",
]  # fmt: skip


class EssentialFacts(_Facts):
    """A field of a composition's Essential Graphics panel, and the property that it controls."""

    composition_id: int
    """Id of the composition that has the panel."""
    name: Text
    groups: tuple[Text, ...] = ()
    """Names of the panel's groups that contain the field, the outermost first."""
    kind: EssentialKind
    source_composition_id: int | None = None
    """Id of the composition with the controlled layer; None if the field controls nothing."""
    layer_id: int | None = None
    """Id of the controlled layer; None if the field controls nothing."""
    positions: tuple[int, ...] = ()
    """Path to the controlled property in the layer: an index at each level of its properties.

    Empty if the field controls no property.
    """
    choices: tuple[Text, ...] = ()
    """Texts of a dropdown's menu; empty for other kinds."""
    minimum: FiniteFloat | None = None
    """Lower end of the field's slider in the panel; None if the field has no slider."""
    maximum: FiniteFloat | None = None
    """Upper end of the field's slider in the panel; None if the field has no slider.

    The property itself may have a wider range.
    """
    default: Text | bool | FiniteFloat | tuple[FiniteFloat, ...] | None = None
    """Value of the controlled property in the template; None if there is no readable value."""

    @property
    def path(self) -> str:
        """Unambiguous name of the field for assets: the names of its groups and its own.

        They are joined by `.`, or by `->` if one of them contains a dot.
        """
        separator = "->" if any("." in part for part in (*self.groups, self.name)) else "."
        return separator.join((*self.groups, self.name))


class MogrtFacts(_Facts):
    """Facts from the `definition.json` of a Motion Graphics template (.mogrt)."""

    name: Text
    """Display name of the Motion Graphics template."""
    composition: Text | None = None
    """Name of the composition that it renders; None if the definition has no such name."""


class ProjectFacts(_Facts):
    """The facts of one project, read without After Effects."""

    ae_version: Text
    """Version of the After Effects that saved the project, such as `26.2x49`."""
    compositions: tuple[CompositionFacts, ...]
    layers: tuple[LayerFacts, ...]
    """Layers of all compositions: by composition, then from the top of the stack down."""
    fonts: tuple[FontFacts, ...] = ()
    footage: tuple[FootageFacts, ...] = ()
    nodes: tuple[PropertyNode, ...] = ()
    """Property nodes shared by all layers; a NodeId is an index into this tuple."""
    essentials: tuple[EssentialFacts, ...] = ()
    """Fields of all Essential Graphics panels: by composition, then in the order of the panel."""
    mogrt: MogrtFacts | None = None
    """Facts of the .mogrt that holds the project; None if it is not from a .mogrt."""
    warnings: tuple[Text, ...] = ()
    """Messages about parts that could not be read, missing footage and unsuitable renderers."""

    @property
    def missing_footage(self) -> tuple[FootageFacts, ...]:
        """Footage items that layers use and whose files were not uploaded with the project."""
        return tuple(item for item in self.footage if item.present is False and item.used)
