"""What is in a project: plain, frozen, JSON-serialisable facts.

Times are seconds in the composition's own time, sizes are pixels, indexes of layers count from 1 at
the top of the stack, as in After Effects. Ids are After Effects' own ("aeid").
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FiniteFloat

LayerKind = Literal["text", "shape", "av", "null", "adjustment", "camera", "light", "model", "mesh"]
SourceKind = Literal["file", "comp", "solid", "placeholder"]
PropertyKind = Literal["group", "number", "vector", "color", "text", "other"]


def _storable(text: str) -> str:
    """Old projects hold names in bytes that are no UTF-8; those become U+FFFD."""
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
    """After Effects does not show it in this layer's state and refuses to set it."""
    keyframed: bool = False
    has_expression: bool = False
    """An enabled expression decides the value."""
    takes_expression: bool = False
    separated: bool = False
    """A Position split into X, Y and Z Position, which hold the value in its place."""


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

    The box (top, left, width, height) is that of the source at the layer's anchor, position and
    scale, without rotation and parents; for text and shapes, which have no source, it is
    the composition's size placed so.
    """

    composition_id: int
    aeid: int
    index: int
    name: Text
    """What a renderer finds it by: its own name, or its source's if it has none of its own."""
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
    """PostScript names of the fonts a text layer asks for, over all its keyframes."""
    effects: tuple[EffectFacts, ...] = ()
    properties: tuple[NodeId, ...] = ()


class FontFacts(_Facts):
    """A font that a text layer asks for.

    A project stores only the PostScript name; family and style are read out of it (`Family-Style`).
    """

    postscript_name: Text
    family: Text
    style: Text
    layers: int
    """How many text layers use it."""


class FootageFacts(_Facts):
    """A footage item: a file, a solid or a placeholder."""

    aeid: int
    name: Text
    kind: Literal["image", "sequence", "video", "audio", "data", "model", "solid", "placeholder"]
    path: Text | None = None
    """Where the project's author had it."""
    width: int = 0
    height: int = 0
    duration_s: FiniteFloat = 0.0
    frame_rate: FiniteFloat = 0.0
    present: bool | None = None
    """Whether the file came along with the project; None for what needs no file."""
    local_path: Text | None = None
    """Where it lies in the uploaded folder, with `/`, relative to that folder."""
    used: bool = True


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
    """Names of the panel's groups that it is in, the outermost first."""
    kind: EssentialKind
    source_composition_id: int | None = None
    layer_id: int | None = None
    """Layer of the source composition that has the property; None if nothing is controlled."""
    positions: tuple[int, ...] = ()
    """Way to the property in the layer: a position at each level of its properties."""
    choices: tuple[Text, ...] = ()
    """The menu of a dropdown."""
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    """The range of the panel's slider; the property itself may take more."""
    default: Text | bool | FiniteFloat | tuple[FiniteFloat, ...] | None = None
    """What the property is in the template."""

    @property
    def path(self) -> str:
        """How an asset names it so that no other can be meant."""
        separator = "->" if any("." in part for part in (*self.groups, self.name)) else "."
        return separator.join((*self.groups, self.name))


class MogrtFacts(_Facts):
    """What a Motion Graphics template says of itself."""

    name: Text
    composition: Text | None = None
    """The composition that it is a template of."""


class ProjectFacts(_Facts):
    """Everything Intarsia wants to know of a project without After Effects."""

    ae_version: Text
    """The After Effects that saved it, such as `26.2x49`."""
    compositions: tuple[CompositionFacts, ...]
    layers: tuple[LayerFacts, ...]
    """By composition, from the top of the stack down."""
    fonts: tuple[FontFacts, ...] = ()
    footage: tuple[FootageFacts, ...] = ()
    nodes: tuple[PropertyNode, ...] = ()
    essentials: tuple[EssentialFacts, ...] = ()
    """By composition, in the order of the panel."""
    mogrt: MogrtFacts | None = None
    warnings: tuple[Text, ...] = ()

    @property
    def missing_footage(self) -> tuple[FootageFacts, ...]:
        """Used files that did not come along with the project."""
        return tuple(item for item in self.footage if item.present is False and item.used)
