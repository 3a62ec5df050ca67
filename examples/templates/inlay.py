"""The final scene's rosette: pieces cut from real-looking veneer, set into an ebony disc."""

from collections.abc import Sequence
from typing import Any

from examples.templates.drawing import Disc, Point, fill, shape_layer, stroke
from examples.templates.motion import animate, press_in, spin_in
from examples.templates.package import Bench
from examples.templates.palette import CHERRY, EBONY, MAHOGANY, MAPLE, OAK, WALNUT, Colour
from examples.templates.rosette import DEGREES, diamond, triangle
from examples.templates.veneer import piece

_CENTRE = (948.0, 360.0)  # pixels in the scene
_RADIUS = 222.0


def set_rosette(work: Bench, comp: Any, start: float) -> None:
    """Add the rosette to `comp`. It is assembled from `start` (seconds) on and turns to the end."""
    ground = shape_layer(comp, "Rosette ground", _CENTRE)
    stroke(ground, Disc(2 * _RADIUS + 36), OAK, 4, "Oak line")
    stroke(ground, Disc(2 * _RADIUS + 52), MAPLE, 1.5, "Maple line")
    fill(ground, Disc(2 * _RADIUS + 76), EBONY, "Ebony")
    animate(ground.transform.scale, (start - 0.1, [80, 80]), (start + 0.7, [100, 100]))
    hub = comp.add_null()
    hub.name = "Rosette"
    hub.transform.position.value = [*_CENTRE, 0.0]
    animate(hub.transform.rotation, (start, -40.0), (comp.duration, 0.0), ease=(5, 90))
    triangles = _cut(work, "triangle", triangle(_RADIUS), (MAHOGANY, WALNUT))
    diamonds = _cut(work, "diamond", diamond(_RADIUS), (MAPLE, CHERRY))
    for number, layer in enumerate(_ring(comp, hub, "Triangle", triangles)):
        press_in(layer, DEGREES * number, start + 0.6 + 0.05 * number)
    for number, layer in enumerate(_ring(comp, hub, "Diamond", diamonds)):
        spin_in(layer, DEGREES * number, start + 0.05 * number)


def _cut(
    work: Bench, kind: str, outline: Sequence[Point], woods: Sequence[Colour]
) -> list[tuple[Any, Point]]:
    """Cut a piece of each wood; return its footage and the figure's centre in its pixels."""
    pieces = []
    for number, wood in enumerate(woods):
        path = work.footage_file(f"{kind}-{number + 1}.png")
        origin = piece(path, outline, wood, seed=40 + number)
        pieces.append((work.import_footage(path), origin))
    return pieces


def _ring(comp: Any, hub: Any, kind: str, pieces: list[tuple[Any, Point]]) -> list[Any]:
    """Add eight layers that alternate the pieces, all with the figure's centre on the hub."""
    layers = []
    for number in range(8):
        footage, origin = pieces[number % 2]
        layer = comp.add(footage)
        layer.name = f"{kind} {number + 1}"
        layer.transform.anchor_point.value = [*origin, 0.0]
        layer.parent = hub
        layer.transform.position.value = [0.0, 0.0, 0.0]
        layers.append(layer)
    return layers
