"""Shape layers: pieces of one colour with straight or round outlines.

As in After Effects, outlines added to a layer first lie above those added later.
Points are `(x, y)` in pixels from the layer's position, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py_aep import Shape

from examples.templates.palette import Colour

Point = tuple[float, float]


@dataclass(frozen=True)
class Polygon:
    """A closed outline with straight edges."""

    points: Sequence[Point]

    def add_to(self, contents: Any) -> None:
        """Append this outline to a shape group's contents."""
        path = contents.add_property("ADBE Vector Shape - Group")
        path.property("ADBE Vector Shape").value = Shape([list(p) for p in self.points])


@dataclass(frozen=True)
class Rectangle:
    """An axis-parallel rectangle, `size` pixels wide and high, about `centre`."""

    size: Point
    centre: Point = (0.0, 0.0)

    def add_to(self, contents: Any) -> None:
        """Append this outline to a shape group's contents."""
        rect = contents.add_property("ADBE Vector Shape - Rect")
        rect.property("ADBE Vector Rect Size").value = list(self.size)
        rect.property("ADBE Vector Rect Position").value = list(self.centre)


@dataclass(frozen=True)
class Disc:
    """A circle about the layer's position, `diameter` pixels across."""

    diameter: float

    def add_to(self, contents: Any) -> None:
        """Append this outline to a shape group's contents."""
        ellipse = contents.add_property("ADBE Vector Shape - Ellipse")
        ellipse.property("ADBE Vector Ellipse Size").value = [self.diameter, self.diameter]


Outline = Polygon | Rectangle | Disc


def shape_layer(comp: Any, name: str, at: Point, parent: Any = None) -> Any:
    """Add an empty shape layer at `at`: in `comp`'s pixels, or in `parent`'s when there is one."""
    layer = comp.add_shape()
    layer.name = name
    layer.parent = parent
    layer.transform.position.value = [*at, 0.0]
    return layer


def fill(layer: Any, outline: Outline, colour: Colour, name: str) -> Any:
    """Add a group with `outline` filled with `colour`."""
    group, contents = _group(layer, outline, name)
    paint = contents.add_property("ADBE Vector Graphic - Fill")
    paint.property("ADBE Vector Fill Color").value = [*colour, 1.0]
    return group


def stroke(layer: Any, outline: Outline, colour: Colour, width: float, name: str) -> Any:
    """Add a group with `outline` drawn as a line `width` pixels wide."""
    group, contents = _group(layer, outline, name)
    paint = contents.add_property("ADBE Vector Graphic - Stroke")
    paint.property("ADBE Vector Stroke Color").value = [*colour, 1.0]
    paint.property("ADBE Vector Stroke Width").value = width
    return group


def _group(layer: Any, outline: Outline, name: str) -> tuple[Any, Any]:
    group = layer.property("ADBE Root Vectors Group").add_property("ADBE Vector Group")
    group.name = name
    contents = group.property("ADBE Vectors Group")
    outline.add_to(contents)
    return group, contents
