"""A composition at one moment, as plain, hashable data that is ready to be drawn.

Time is already evaluated: keyframes, in and out points and the footage frame are settled.
Two equal values therefore draw the same picture, so the painter can cache pictures by value.

Lengths are in pixels of their own space (layer or composition). Colours are straight R, G, B
from 0 to 1. Opacities go from 0 to 1. A matrix is a row-major 3x3 (nine numbers) from layer
pixels to composition pixels.
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
    """A path: vertices, each with an incoming and an outgoing handle relative to it."""

    vertices: tuple[Point, ...]
    handles_in: tuple[Point, ...]
    handles_out: tuple[Point, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Solid:
    """A rectangle of one colour."""

    width: int
    height: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame of footage; frames count from 0."""

    media: Media
    frame: int


@dataclass(frozen=True, slots=True)
class Text:
    """Glyphs, already placed."""

    layout: TextLayout


@dataclass(frozen=True, slots=True)
class GradientStop:
    """A colour along a gradient, with its opacity."""

    offset: float
    colour: Colour
    alpha: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """A linear or radial gradient between two points."""

    radial: bool
    start: Point
    end: Point
    stops: tuple[GradientStop, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Width, caps, joins and dashes of an outline; `dashes` alternates line and gap lengths."""

    width: float
    cap: str
    join: str
    miter: float
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapePaint:
    """A fill (`stroke` is None) or a stroke of the paths before it in its group."""

    source: Colour | Gradient
    opacity: float
    even_odd: bool
    stroke: Stroke | None
    below: bool = True
    """True if it is drawn under the paints before it in the same group."""


@dataclass(frozen=True, slots=True)
class TrimPaths:
    """A Trim Paths operator, which keeps paths between two fractions of their length.

    `offset` shifts both fractions. If `together` is True, each path is measured by itself;
    otherwise all paths are measured as one length.
    """

    start: float
    end: float
    offset: float
    together: bool


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """Paths, paints and groups, in the order the Timeline lists them (top first)."""

    matrix: Matrix
    opacity: float
    items: tuple[Bezier | ShapePaint | TrimPaths | ShapeGroup, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """A precomposition: a composition that is the source of a layer."""

    frame: CompFrame
    collapsed: bool = False


Content = Solid | Picture | Text | ShapeGroup | Nested


@dataclass(frozen=True, slots=True)
class Mask:
    """A path that shows or hides part of a layer, in layer pixels."""

    path: Bezier
    mode: str
    inverted: bool
    opacity: float
    feather: Point
    expansion: float


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect that the painter supports, with its values in the painter's order."""

    kind: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Matte:
    """A track matte: a layer whose alpha or luma shows or hides another layer.

    `layer` is None if the matte layer draws nothing at this moment.
    """

    layer: LayerState | None
    luma: bool
    inverted: bool


@dataclass(frozen=True, slots=True)
class LayerState:
    """One layer at one moment."""

    content: Content
    matrix: Matrix
    opacity: float = 1.0
    blend: str = "normal"
    masks: tuple[Mask, ...] = ()
    effects: tuple[Effect, ...] = ()
    matte: Matte | None = None
    keeps_transparency: bool = False
    bicubic: bool = False


@dataclass(frozen=True)
class CompFrame:
    """A composition at one moment, its layers from the bottom to the top."""

    width: int
    height: int
    layers: tuple[LayerState, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.width, self.height, self.layers))

    def __hash__(self) -> int:
        # Cached: a composition nested many times would otherwise be hashed once per path to it.
        return self._hash
