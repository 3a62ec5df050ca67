"""A composition at one time, as plain, hashable data from which the painter draws a picture.

Everything that depends on time is already evaluated: keyframes, in and out points, and the
footage's frame number. Equal data therefore has equal pictures, so the painter can cache pictures
by their data.

Lengths are in pixels of the layer or composition that they belong to. Colours are straight
R, G, B from 0 to 1. Opacities are from 0 to 1. A matrix is a row-major 3x3 (nine numbers) from
layer pixels to composition pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_container.compositor.media import Media
    from render_container.compositor.textlayout import TextLayout

Colour = tuple[float, float, float]
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Bezier:
    """A path of cubic Bézier curves.

    Each vertex has one incoming and one outgoing handle, whose coordinates are relative to it.
    """

    vertices: tuple[Point, ...]
    handles_in: tuple[Point, ...]
    handles_out: tuple[Point, ...]
    closed: bool
    """Whether a last curve leads from the last vertex to the first."""


@dataclass(frozen=True, slots=True)
class Solid:
    """The content of a solid layer: a rectangle of one colour."""

    width: int
    height: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of a footage layer: one frame of its footage, with its number from 0."""

    media: Media
    frame: int


@dataclass(frozen=True, slots=True)
class Text:
    """The content of a text layer: its glyphs with their positions."""

    layout: TextLayout


@dataclass(frozen=True, slots=True)
class GradientStop:
    """A colour and its opacity at one point of a gradient."""

    offset: float
    """Position of the point, from 0 (the gradient's start) to 1 (its end)."""
    colour: Colour
    alpha: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """A linear or radial gradient between two points.

    A radial gradient has its centre at `start`, and its circle passes through `end`.
    """

    radial: bool
    start: Point
    end: Point
    stops: tuple[GradientStop, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Width, caps, joins and dashes of a shape layer's stroke."""

    width: float
    cap: str
    """Shape of line ends: "butt", "round" or "square"."""
    join: str
    """Shape of corners: "miter", "round" or "bevel"."""
    miter: float
    """Miter limit: longest miter, as a multiple of the width, that is not bevelled."""
    dashes: tuple[float, ...] = ()
    """Lengths of dashes and gaps by turns; empty for a solid line."""
    dash_offset: float = 0.0
    """Distance in the dash pattern at which the line starts."""


@dataclass(frozen=True, slots=True)
class ShapePaint:
    """A fill or stroke of the paths before it in its shape group; a fill if `stroke` is None."""

    source: Colour | Gradient
    opacity: float
    even_odd: bool
    """True for the even-odd fill rule; False for the non-zero winding rule."""
    stroke: Stroke | None
    below: bool = True
    """True if the paint is drawn under the paints before it in the same group."""


@dataclass(frozen=True, slots=True)
class TrimPaths:
    """A Trim Paths operator, which keeps the part of paths between two fractions of their length.

    `start` and `end` are the fractions, from 0 to 1. `offset` is added to both, and the result
    wraps around at 1.
    """

    start: float
    end: float
    offset: float
    together: bool
    """Value of Trim Multiple Shapes: True for Simultaneously, False for Individually.

    If True, the fractions are of each path's own length. If False, they are of the length of all
    paths, one after the other.
    """


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """A group of a shape layer, or all contents of one."""

    matrix: Matrix
    """Matrix from the group's space to that of the group or layer around it."""
    opacity: float
    items: tuple[Bezier | ShapePaint | TrimPaths | ShapeGroup, ...]
    """The group's members, in the order of After Effects' Timeline panel (top first)."""


@dataclass(frozen=True, slots=True)
class Nested:
    """The content of a precomposition layer: a composition that is the layer's source."""

    frame: CompFrame
    collapsed: bool = False
    """Value of the layer's Collapse Transformations switch.

    If True, the nested layers are drawn straight into the outer composition. Otherwise they are
    first drawn into a picture of the nested composition's size.
    """


Content = Solid | Picture | Text | ShapeGroup | Nested


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask, whose path shows or hides part of a layer; lengths are in layer pixels."""

    path: Bezier
    mode: str
    """The mask's mode: "add", "subtract", "intersect", "lighten", "darken" or "difference"."""
    inverted: bool
    opacity: float
    feather: Point
    """Horizontal and vertical feather."""
    expansion: float
    """Distance by which the path is grown; negative to shrink it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect of a layer: "fill", "tint", "blur" or "shadow", and its parameters.

    The functions in `filters` document the order of the parameters. Those of "blur" are the
    horizontal and vertical sigma in pixels, and 1 to repeat edge pixels or 0.
    """

    kind: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Matte:
    """A track matte: a layer whose alpha or luma determines the visible part of another layer."""

    layer: LayerState | None
    """The matte layer; None if nothing of it is visible at this time."""
    luma: bool
    """True if its luma is used; False if its alpha is used."""
    inverted: bool


@dataclass(frozen=True, slots=True)
class LayerState:
    """One layer at one time."""

    content: Content
    matrix: Matrix
    opacity: float = 1.0
    blend: str = "normal"
    """The blending mode, by the names in `blending`."""
    masks: tuple[Mask, ...] = ()
    effects: tuple[Effect, ...] = ()
    matte: Matte | None = None
    """The layer's track matte; None if it has none."""
    keeps_transparency: bool = False
    """Value of the layer's Preserve Underlying Transparency switch."""
    bicubic: bool = False
    """True if the layer's sampling is bicubic; False for bilinear."""


@dataclass(frozen=True)
class CompFrame:
    """A composition at one time: its size in pixels, and its visible layers, bottom to top."""

    width: int
    height: int
    layers: tuple[LayerState, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.width, self.height, self.layers))

    def __hash__(self) -> int:
        # Cached: otherwise a composition nested in several places would be hashed for each of them.
        return self._hash
