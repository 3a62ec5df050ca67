"""What a composition looks like at one moment: plain, hashable data, ready to be drawn.

Everything that After Effects decides over time (keyframes, in and out points, which footage
frame) is settled before this data is made, so two equal values always draw the same picture.
That is what lets the painter cache them.

Lengths are pixels of the space they live in, colours are straight R, G, B from 0 to 1,
opacities go from 0 to 1. A matrix is a row-major 3x3 (nine numbers) from layer pixels to
composition pixels.
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
    """A path: each vertex with its incoming and outgoing handle, relative to it."""

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
    """How an outline is drawn; `dashes` are lengths of line and gap in turn."""

    width: float
    cap: str
    join: str
    miter: float
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapePaint:
    """A fill (no stroke) or stroke of the paths that come before it in its group."""

    source: Colour | Gradient
    opacity: float
    even_odd: bool
    stroke: Stroke | None
    below: bool = True
    """Whether it is drawn under the paints before it in the same group."""


@dataclass(frozen=True, slots=True)
class TrimPaths:
    """Keeps the part of each path between two fractions of its length."""

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
    """A composition used as a layer's source."""

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
    """An effect that the painter knows, with its values in the order the painter expects."""

    kind: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Matte:
    """Another layer whose alpha or luma shows or hides this one; None shows nothing."""

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
        # Kept: a composition nested many times over would be hashed for every way to it.
        return self._hash
