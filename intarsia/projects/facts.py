"""Facts of a project: its contents as immutable, JSON-serialisable models.

Times are in seconds of the composition's own time, sizes in pixels. Layer indexes count from 1 at
the top of the stack, as in After Effects. Ids are those of After Effects ("aeid").
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FiniteFloat

LayerKind = Literal["text", "shape", "av", "null", "adjustment", "camera", "light", "model", "mesh"]
SourceKind = Literal["file", "comp", "solid", "placeholder"]
PropertyKind = Literal["group", "number", "vector", "color", "text", "other"]


def _storable(text: str) -> str:
    """Replace surrogates by U+FFFD.

    py-aep returns them for names in old projects whose bytes are not UTF-8.
    """
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


Text = Annotated[str, AfterValidator(_storable)]
NodeId = Annotated[int, "index into ProjectFacts.nodes"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PropertyNode(_Facts):
    """A property or a group of properties.

    Equal nodes (with equal children) are stored once: hundreds of layers share one Transform.
    """

    name: Text
    match_name: Text
    kind: PropertyKind
    children: tuple[NodeId, ...] = ()
    dimensions: int = 1
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    hidden: bool = False
    """True if After Effects hides it in this layer's state and refuses to set it."""
    keyframed: bool = False
    has_expression: bool = False
    """True if an enabled expression determines the value."""
    takes_expression: bool = False
    separated: bool = False
    """True for a Position split into X, Y and Z Position, which hold the value instead."""


class EffectFacts(_Facts):
    """An effect on a layer."""

    match_name: Text
    name: Text
    enabled: bool = True


class CompositionFacts(_Facts):
    """A composition."""

    aeid: int
    name: Text
    width: int
    height: int
    duration_s: FiniteFloat
    frame_rate: FiniteFloat
    frames: int
    display_start_frame: int = 0
    renderer: Text = ""
    """Match name of the 3D renderer, such as `ADBE Advanced 3d` (Classic 3D)."""


class LayerFacts(_Facts):
    """A layer of a composition.

    The box (top, left, width, height) is that of the source at the layer's anchor point, position
    and scale, without rotation and parents. Text and shapes have no source: their box is that of
    the composition's size, placed in the same way.
    """

    composition_id: int
    aeid: int
    index: int
    name: Text
    """Name that selectors match: the layer's own, or its source's if it has none of its own."""
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
    """PostScript names of the fonts that a text layer uses, over all of its keyframes."""
    effects: tuple[EffectFacts, ...] = ()
    properties: tuple[NodeId, ...] = ()


class FontFacts(_Facts):
    """A font that text layers use.

    A project has only the PostScript name; family and style are derived from it (`Family-Style`).
    """

    postscript_name: Text
    family: Text
    style: Text
    layers: int
    """Number of text layers that use it."""


class FootageFacts(_Facts):
    """A footage item: a file, a solid or a placeholder."""

    aeid: int
    name: Text
    kind: Literal["image", "sequence", "video", "audio", "data", "model", "solid", "placeholder"]
    path: Text | None = None
    """Path of the file on the author's machine."""
    width: int = 0
    height: int = 0
    duration_s: FiniteFloat = 0.0
    frame_rate: FiniteFloat = 0.0
    present: bool | None = None
    """True if the file was uploaded with the project; None for items that need no file."""
    local_path: Text | None = None
    """Path of the file in the uploaded folder, relative to that folder, with `/`."""
    used: bool = True
    """True if the item is the source of a layer."""


EssentialKind = Literal[
    "checkbox", "slider", "angle", "color", "point", "text", "comment", "vector", "group",
    "dropdown", "media", "other",
]  # fmt: skip


class EssentialFacts(_Facts):
    """A field of a composition's Essential Graphics panel, and the property that it controls."""

    composition_id: int
    """The composition that has the panel."""
    name: Text
    groups: tuple[Text, ...] = ()
    """Names of the panel's groups that contain the field, the outermost first."""
    kind: EssentialKind
    source_composition_id: int | None = None
    layer_id: int | None = None
    """Layer of the source composition with the property; None if the field controls nothing."""
    positions: tuple[int, ...] = ()
    """Path to the property in the layer: an index at each level of its properties."""
    choices: tuple[Text, ...] = ()
    """Texts of a dropdown's menu."""
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    """Upper end of the slider's range in the panel; the property itself may have a wider range."""
    default: Text | bool | FiniteFloat | tuple[FiniteFloat, ...] | None = None
    """Value of the property in the template."""

    @property
    def path(self) -> str:
        """Unambiguous name for assets: the names of the groups and the field, joined by `.`.

        Joined by `->` if one of the names contains a dot.
        """
        separator = "->" if any("." in part for part in (*self.groups, self.name)) else "."
        return separator.join((*self.groups, self.name))


class MogrtFacts(_Facts):
    """Facts from the definition of a Motion Graphics template."""

    name: Text
    composition: Text | None = None
    """Name of the composition that the template renders."""


class ProjectFacts(_Facts):
    """The facts of one project, read without After Effects."""

    ae_version: Text
    """Version of the After Effects that saved the project, such as `26.2x49`."""
    compositions: tuple[CompositionFacts, ...]
    layers: tuple[LayerFacts, ...]
    """Ordered by composition, from the top of the stack down."""
    fonts: tuple[FontFacts, ...] = ()
    footage: tuple[FootageFacts, ...] = ()
    nodes: tuple[PropertyNode, ...] = ()
    """Property nodes shared by all layers; a NodeId is an index into this tuple."""
    essentials: tuple[EssentialFacts, ...] = ()
    """Ordered by composition, in the order of the panel."""
    mogrt: MogrtFacts | None = None
    warnings: tuple[Text, ...] = ()

    @property
    def missing_footage(self) -> tuple[FootageFacts, ...]:
        """Files that layers use and that were not uploaded with the project."""
        return tuple(item for item in self.footage if item.present is False and item.used)
