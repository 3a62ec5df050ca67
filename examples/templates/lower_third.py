"""lower-third: the child of the documentation's first example. Texts `name` and `title`."""

from pathlib import Path
from typing import Any

from examples.templates.drawing import Polygon, Rectangle, fill, shape_layer
from examples.templates.lettering import text_layer
from examples.templates.motion import LEAVE, animate
from examples.templates.package import BuiltTemplate, bench, save_aep
from examples.templates.palette import CHERRY, EBONY, MAPLE, OAK, SANS, SERIF_BOLD, WALNUT

NAME = "lower-third"
SIZE = (640, 144)
DURATION = 4.0
RATE = 25.0

_HEIGHT = float(SIZE[1])
_EXIT = 3.4  # seconds
_SLANT = 46.0  # pixels the chevrons lean
_INDENT = 142.0


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        _plate(comp)
        name = text_layer(
            comp, "name", "Name", font=SERIF_BOLD, size=46, colour=EBONY, at=(_INDENT, 68)
        )
        title = text_layer(
            comp,
            "title",
            "Title",
            font=SANS,
            size=23,
            colour=WALNUT,
            at=(_INDENT, 108),
            tracking=30,
        )
        _reveal(name, 0.5)
        _reveal(title, 0.65)
        for number, wood in enumerate((OAK, CHERRY, EBONY)):
            _chevron(comp, number, wood)
        return save_aep(work, into, NAME, "Lower third")


def _plate(comp: Any) -> None:
    plate = shape_layer(comp, "Plate", (0, 0))
    width = float(SIZE[0])
    fill(plate, Rectangle((width, 6), (width / 2, _HEIGHT - 3)), CHERRY, "Edge")
    fill(plate, Rectangle((width, _HEIGHT), (width / 2, _HEIGHT / 2)), MAPLE, "Maple")
    scale = plate.transform.scale
    animate(scale, (0.15, [0, 100]), (0.85, [100, 100]))
    animate(scale, (_EXIT, [100, 100]), (_EXIT + 0.36, [0, 100]), ease=LEAVE)


def _chevron(comp: Any, number: int, wood: list[float]) -> None:
    """Add an arrow-headed strip of the marker at the left; the last one added is in front."""
    width = 112.0 - 34.0 * number
    tip, middle = width - _SLANT / 2, _HEIGHT / 2
    outline = [(0.0, 0.0), (tip - _SLANT / 2, 0.0), (tip, middle), (tip - _SLANT / 2, _HEIGHT)]
    layer = shape_layer(comp, f"Chevron {number + 1}", (0, 0))
    fill(layer, Polygon([*outline, (0.0, _HEIGHT)]), wood, "Veneer")
    start, leave = 0.12 * (2 - number), _EXIT + 0.2 + 0.04 * number
    position = layer.transform.position
    animate(position, (start, [-120, 0]), (start + 0.6, [0, 0]))
    animate(position, (leave, [0, 0]), (leave + 0.25, [-120, 0]), ease=LEAVE)


def _reveal(layer: Any, start: float) -> None:
    x, y = layer.transform.position.value[:2]
    animate(layer.transform.position, (start, [x - 30, y]), (start + 0.7, [x, y]))
    animate(layer.transform.opacity, (start, 0), (start + 0.4, 100))
    animate(layer.transform.opacity, (_EXIT - 0.1, 100), (_EXIT + 0.2, 0), ease=LEAVE)
