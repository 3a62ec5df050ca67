"""main: the parent of the documentation's first example, with the slot `PrecompLayer`."""

from math import hypot
from pathlib import Path
from typing import Any

from examples.templates import lower_third
from examples.templates.drawing import Polygon, Rectangle, fill, shape_layer
from examples.templates.lettering import text_layer
from examples.templates.motion import animate, rise_in
from examples.templates.package import BuiltTemplate, bench, save_aep
from examples.templates.palette import (
    CHERRY,
    MAHOGANY,
    MAPLE,
    OAK,
    SANS_BOLD,
    SERIF_BOLD,
    VERDIGRIS,
    WALNUT,
    WENGE,
    shade,
)

NAME = "main"
SIZE = (1280, 720)
DURATION = 5.0
RATE = 25.0
SLOT = "PrecompLayer"
SLOT_FROM = 0.8  # seconds
SLOT_AT = (72.0, 506.0)  # pixels: upper left corner

_BOARD = (64.0, 192.0)  # pixels: a herringbone board's width and length


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        ground = shape_layer(comp, "Ground", (SIZE[0] / 2, SIZE[1] / 2))
        fill(ground, Rectangle(SIZE), WENGE, "Wenge")
        _floor(comp)
        _titles(comp)
        _slot(comp)
        return save_aep(work, into, NAME, "Main scene")


def _floor(comp: Any) -> None:
    """Herringbone boards, laid one after the other from the right towards the middle."""
    width, length = _BOARD
    step = width / hypot(1, 1) * 2
    woods = (CHERRY, OAK, MAHOGANY, WALNUT, MAPLE)
    laid = 0
    for column in range(3):
        for row in range(-1, 9):
            x, y = 1280 - column * length * 0.7071, row * step
            wood = woods[(row * 2 + column) % len(woods)]
            _board(comp, (x, y), wood, left=True, start=0.015 * laid)
            _board(comp, (x, y), woods[(row + column * 2 + 1) % len(woods)], False, 0.015 * laid)
            laid += 1


def _board(
    comp: Any, corner: tuple[float, float], wood: list[float], left: bool, start: float
) -> None:
    width, length = _BOARD
    layer = shape_layer(comp, "Board", corner)
    fill(layer, Polygon([(0, 0), (length, 0), (length, width), (0, width)]), wood, "Veneer")
    animate(layer.transform.opacity, (start, 0), (start + 0.3, 100))
    layer.transform.rotation.value = 135.0 if left else 45.0


def _titles(comp: Any) -> None:
    kicker = text_layer(
        comp,
        "kicker",
        "THE WORKSHOP SERIES",
        font=SANS_BOLD,
        size=20,
        colour=OAK,
        at=(76, 190),
        tracking=180,
    )
    headline = text_layer(
        comp, "headline", "Laid by hand", font=SERIF_BOLD, size=84, colour=MAPLE, at=(72, 288)
    )
    rule = shape_layer(comp, "Rule", (76, 330))
    fill(rule, Rectangle((120, 5), (60, 2.5)), shade(VERDIGRIS, 1.6), "Verdigris")
    animate(rule.transform.scale, (0.7, [0, 100]), (1.3, [100, 100]))
    rise_in(kicker, 0.3)
    rise_in(headline, 0.45)


def _slot(comp: Any) -> None:
    slot = comp.add_solid(shade(WALNUT, 0.8), f"{SLOT} placeholder", *lower_third.SIZE)
    slot.name = SLOT
    slot.transform.anchor_point.value = [0.0, 0.0, 0.0]
    slot.transform.position.value = [*SLOT_AT, 0.0]
    slot.start_time = SLOT_FROM
    slot.in_point = SLOT_FROM
    slot.out_point = SLOT_FROM + lower_third.DURATION
