"""Reading of a shape layer's contents at one time, from py-aep's objects to plain data (`model`).

Rectangles, ellipses and polystars become the curves that After Effects draws for them. py-aep's
authors measured these curves on After Effects 2026 (`py_aep.resolvers.shape_bounds`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from render_container.compositor import matrices
from render_container.compositor.model import (
    Bezier,
    Colour,
    Gradient,
    GradientStop,
    Matrix,
    Point,
    ShapeGroup,
    ShapePaint,
    Stroke,
    TrimPaths,
)
from render_container.compositor.values import Values

_KAPPA = 4 / 3 * (math.sqrt(2) - 1)
_CAPS = {1: "butt", 2: "round", 3: "square"}
_JOINS = {1: "miter", 2: "round", 3: "bevel"}
_BELOW = 1  # Composite Order: Below Previous in Same Group

DRAWN = frozenset(
    {"ADBE Vector Group", "ADBE Vector Shape - Rect", "ADBE Vector Shape - Ellipse",
     "ADBE Vector Shape - Star", "ADBE Vector Shape - Group", "ADBE Vector Graphic - Fill",
     "ADBE Vector Graphic - Stroke", "ADBE Vector Graphic - G-Fill",
     "ADBE Vector Graphic - G-Stroke", "ADBE Vector Filter - Trim"}
)  # fmt: skip

Item = Bezier | ShapePaint | TrimPaths | ShapeGroup


def read_contents(contents: Any, values: Values, time: float) -> ShapeGroup:
    """Return a shape layer's contents at a composition time in seconds.

    `contents` is the layer's py-aep group `ADBE Root Vectors Group`; `values` reads its
    properties. Unsupported and disabled items are left out.
    """
    items = _read_items(contents, values, time)
    return ShapeGroup(matrices.scaling(1.0, 1.0), 1.0, items)


def bezier(shape: Any) -> Bezier:
    """Return a py-aep Shape, the path of a mask or shape layer, as plain data."""
    return Bezier(
        tuple(_pair(vertex) for vertex in shape.vertices),
        tuple(_pair(handle) for handle in shape.in_tangents),
        tuple(_pair(handle) for handle in shape.out_tangents),
        bool(shape.closed),
    )


def _pair(value: Any) -> Point:
    return float(value[0]), float(value[1])


def _read_items(contents: Any, values: Values, time: float) -> tuple[Item, ...]:
    readers: dict[str, Callable[[Any, Values, float], Item]] = {
        "ADBE Vector Group": _group,
        "ADBE Vector Shape - Rect": _rectangle,
        "ADBE Vector Shape - Ellipse": _ellipse,
        "ADBE Vector Shape - Star": _polystar,
        "ADBE Vector Shape - Group": _path,
        "ADBE Vector Graphic - Fill": _fill,
        "ADBE Vector Graphic - G-Fill": _fill,
        "ADBE Vector Graphic - Stroke": _stroke,
        "ADBE Vector Graphic - G-Stroke": _stroke,
        "ADBE Vector Filter - Trim": _trim,
    }
    return tuple(
        readers[item.match_name](item, values, time)
        for item in contents.properties
        if item.enabled and item.match_name in readers
    )


def _group(item: Any, values: Values, time: float) -> ShapeGroup:
    transform = item["ADBE Vector Transform Group"]
    scale = values.point(transform, "ADBE Vector Scale", time)
    skew = matrices.skewing(
        values.number(transform, "ADBE Vector Skew", time),
        values.number(transform, "ADBE Vector Skew Axis", time),
    )
    matrix: Matrix = matrices.compose(
        values.point(transform, "ADBE Vector Position", time),
        values.point(transform, "ADBE Vector Anchor", time),
        (scale[0] / 100, scale[1] / 100),
        values.number(transform, "ADBE Vector Rotation", time),
        skew,
    )
    opacity = values.number(transform, "ADBE Vector Group Opacity", time) / 100
    return ShapeGroup(matrix, opacity, _read_items(item["ADBE Vectors Group"], values, time))


def _path(item: Any, values: Values, time: float) -> Bezier:
    return bezier(values.at(item, "ADBE Vector Shape", time))


def _closed(vertices: list[Point], ins: list[Point], outs: list[Point]) -> Bezier:
    return Bezier(tuple(vertices), tuple(ins), tuple(outs), closed=True)


def _rectangle(item: Any, values: Values, time: float) -> Bezier:
    w, h = values.point(item, "ADBE Vector Rect Size", time)
    x, y = values.point(item, "ADBE Vector Rect Position", time)
    roundness = values.number(item, "ADBE Vector Rect Roundness", time)
    r = min(max(roundness, 0.0), abs(w) / 2, abs(h) / 2)
    left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    if r == 0:
        none: list[Point] = [(0.0, 0.0)] * 4
        return _closed([(right, top), (right, bottom), (left, bottom), (left, top)], none, none)
    k = r * _KAPPA
    vertices = [
        (right, top + r), (right, bottom - r), (right - r, bottom), (left + r, bottom),
        (left, bottom - r), (left, top + r), (left + r, top), (right - r, top),
    ]  # fmt: skip
    z = (0.0, 0.0)
    outs = [z, (0.0, k), z, (-k, 0.0), z, (0.0, -k), z, (k, 0.0)]
    ins = [(0.0, -k), z, (k, 0.0), z, (0.0, k), z, (-k, 0.0), z]
    return _closed(vertices, ins, outs)


def _ellipse(item: Any, values: Values, time: float) -> Bezier:
    w, h = values.point(item, "ADBE Vector Ellipse Size", time)
    x, y = values.point(item, "ADBE Vector Ellipse Position", time)
    rx, ry = w / 2, h / 2
    kx, ky = rx * _KAPPA, ry * _KAPPA
    return _closed(
        [(x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)],
        [(-kx, 0.0), (0.0, -ky), (kx, 0.0), (0.0, ky)],
        [(kx, 0.0), (0.0, ky), (-kx, 0.0), (0.0, -ky)],
    )


def _polystar(item: Any, values: Values, time: float) -> Bezier:
    def number(name: str) -> float:
        return values.number(item, f"ADBE Vector Star {name}", time)

    points = max(3, round(number("Points")))
    star = number("Type") == 1
    outer, outer_round = number("Outer Radius"), number("Outer Roundess") / 100
    inner = number("Inner Radius") if star else outer
    inner_round = number("Inner Roundess") / 100 if star else outer_round
    count = points * 2 if star else points
    x, y = values.point(item, "ADBE Vector Star Position", time)
    handle = _KAPPA * math.sin(math.pi / points)
    vertices, ins, outs = [], [], []
    for number_of_vertex in range(count):
        angle = math.radians(number("Rotation")) - math.pi / 2
        angle += number_of_vertex * 2 * math.pi / count
        is_inner = star and number_of_vertex % 2 == 1
        radius, roundness = (inner, inner_round) if is_inner else (outer, outer_round)
        cos, sin = math.cos(angle), math.sin(angle)
        length = radius * roundness * handle
        vertices.append((x + radius * cos, y + radius * sin))
        ins.append((sin * length, -cos * length))
        outs.append((-sin * length, cos * length))
    return _closed(vertices, ins, outs)


def _trim(item: Any, values: Values, time: float) -> TrimPaths:
    return TrimPaths(
        start=values.number(item, "ADBE Vector Trim Start", time) / 100,
        end=values.number(item, "ADBE Vector Trim End", time) / 100,
        offset=values.number(item, "ADBE Vector Trim Offset", time) / 360,
        together=values.number(item, "ADBE Vector Trim Type", time) == 1,
    )


def _fill(item: Any, values: Values, time: float) -> ShapePaint:
    return ShapePaint(
        source=_paint_source(item, "ADBE Vector Fill Color", values, time),
        opacity=values.number(item, "ADBE Vector Fill Opacity", time) / 100,
        even_odd=values.number(item, "ADBE Vector Fill Rule", time) == 2,
        stroke=None,
        below=values.number(item, "ADBE Vector Composite Order", time) == _BELOW,
    )


def _stroke(item: Any, values: Values, time: float) -> ShapePaint:
    dashes, offset = _dashes(item["ADBE Vector Stroke Dashes"], values, time)
    stroke = Stroke(
        width=values.number(item, "ADBE Vector Stroke Width", time),
        cap=_CAPS.get(int(values.number(item, "ADBE Vector Stroke Line Cap", time)), "butt"),
        join=_JOINS.get(int(values.number(item, "ADBE Vector Stroke Line Join", time)), "miter"),
        miter=values.number(item, "ADBE Vector Stroke Miter Limit", time),
        dashes=dashes,
        dash_offset=offset,
    )
    return ShapePaint(
        source=_paint_source(item, "ADBE Vector Stroke Color", values, time),
        opacity=values.number(item, "ADBE Vector Stroke Opacity", time) / 100,
        even_odd=False,
        stroke=stroke,
        below=values.number(item, "ADBE Vector Composite Order", time) == _BELOW,
    )


def _dashes(group: Any, values: Values, time: float) -> tuple[tuple[float, ...], float]:
    """Return a stroke's lengths of dashes and gaps by turns, and the dash offset, in pixels.

    A gap that is not set is as long as its dash, as in After Effects.
    """
    lengths: list[float] = []
    offset = 0.0
    present = {item.match_name: item for item in group.properties if item.is_modified}
    for number in (1, 2, 3):
        dash, gap = f"ADBE Vector Stroke Dash {number}", f"ADBE Vector Stroke Gap {number}"
        if dash not in present:
            break
        length = values.number(group, dash, time)
        lengths += [length, values.number(group, gap, time) if gap in present else length]
    if "ADBE Vector Stroke Offset" in present:
        offset = values.number(group, "ADBE Vector Stroke Offset", time)
    return tuple(lengths), offset


def _paint_source(item: Any, colour: str, values: Values, time: float) -> Colour | Gradient:
    if item.match_name.endswith((" - Fill", " - Stroke")):
        value = values.at(item, colour, time)
        return float(value[0]), float(value[1]), float(value[2])
    gradient = values.at(item, "ADBE Vector Grad Colors", time)
    return Gradient(
        radial=values.number(item, "ADBE Vector Grad Type", time) == 2,
        start=values.point(item, "ADBE Vector Grad Start Pt", time),
        end=values.point(item, "ADBE Vector Grad End Pt", time),
        stops=_stops(gradient),
    )


def _stops(gradient: Any) -> tuple[GradientStop, ...]:
    """Return a py-aep gradient's stops with colour and opacity.

    After Effects has separate lists of colour stops and opacity stops; this merges them and
    interpolates the values in between. A `gradient` of None is from white to black.
    """
    if gradient is None:  # never edited, so it is After Effects' default gradient
        return (GradientStop(0, (1, 1, 1), 1), GradientStop(1, (0, 0, 0), 1))
    colours = sorted((float(stop.offset), _rgb(stop.color)) for stop in gradient.color_stops)
    alphas = sorted((float(stop.offset), (float(stop.alpha),)) for stop in gradient.alpha_stops)
    offsets = sorted({offset for offset, _ in [*colours, *alphas]})
    return tuple(
        GradientStop(offset, _between(colours, offset), _between(alphas, offset)[0])
        for offset in offsets
    )


def _rgb(value: Any) -> Colour:
    return float(value[0]), float(value[1]), float(value[2])


def _between(stops: Any, offset: float) -> Any:
    before = max((stop for stop in stops if stop[0] <= offset), default=stops[0])
    after = min((stop for stop in stops if stop[0] >= offset), default=stops[-1])
    span = after[0] - before[0]
    share = (offset - before[0]) / span if span > 0 else 0.0
    return tuple(a + (b - a) * share for a, b in zip(before[1], after[1], strict=True))
