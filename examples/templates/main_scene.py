"""main: the parent of the documentation's first example, with the slot `PrecompLayer`."""

from pathlib import Path
from typing import Any

from examples.templates import lower_third
from examples.templates.drawing import Point, Polygon, Rectangle, fill, shape_layer
from examples.templates.lettering import text_layer
from examples.templates.motion import animate, fade_in, rise_in
from examples.templates.package import BuiltTemplate, bench, save_aep
from examples.templates.palette import (
    CHERRY,
    MAHOGANY,
    MAPLE,
    OAK,
    SANS_BOLD,
    SERIF_BOLD,
    VERDIGRIS_LIGHT,
    WALNUT,
    WENGE,
    Colour,
    shade,
)
from examples.templates.placeholder import make_slot

NAME = "main"
SIZE = (1280, 720)
DURATION = 5.0
RATE = 25.0
SLOT = "PrecompLayer"
SLOT_FROM = 0.8  # seconds
SLOT_AT = (72.0, 504.0)  # pixels: upper left corner

_FLOOR_FROM = 800.0  # pixels from the left
_BOARD = 120.0  # pixels: a board's width across the column
_STEP = 70.0  # pixels: from a board to the next one down
_RISE = 64.0  # pixels: how much a board climbs across its column
_WOODS = (CHERRY, OAK, MAHOGANY, WALNUT, MAPLE, WALNUT, CHERRY)


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
    """Add a chevron floor: columns of slanting boards in alternating directions."""
    line = shape_layer(comp, "Stringing", (_FLOOR_FROM - 9, 0))
    fill(line, Rectangle((5, SIZE[1]), (0, SIZE[1] / 2)), VERDIGRIS_LIGHT, "Verdigris")
    animate(line.transform.scale, (0.3, [100, 0]), (1.1, [100, 100]))
    for column in range(4):
        up = column % 2 == 0
        for row in range(-1, 11):
            wood = _WOODS[(row * 3 + column * 2 + row // 4) % len(_WOODS)]
            corner = (_FLOOR_FROM + column * _BOARD, row * _STEP)
            board = _board(comp, corner, wood, up, start=0.04 * (11 - row) + 0.07 * column)
            board.name = f"Board {column + 1}.{row + 2}"


def _board(comp: Any, corner: Point, wood: Colour, up: bool, start: float) -> Any:
    """Add a board that drops into place; `corner` is the upper left of its part of the column."""
    layer = shape_layer(comp, "Board", corner)
    left, right = (_RISE, 0.0) if up else (0.0, _RISE)
    outline = [(0, left), (_BOARD, right), (_BOARD, right + _STEP), (0, left + _STEP)]
    fill(layer, Polygon(outline), wood, "Veneer")
    x, y = corner
    animate(layer.transform.position, (start, [x, y - 120]), (start + 0.5, [x, y]))
    fade_in(layer, start, 0.15)
    return layer


def _titles(comp: Any) -> None:
    kicker = text_layer(
        comp,
        "kicker",
        "THE WORKSHOP SERIES",
        font=SANS_BOLD,
        size=20,
        colour=OAK,
        at=(71, 190),
        tracking=180,
    )
    headline = text_layer(
        comp, "headline", "Laid by hand", font=SERIF_BOLD, size=96, colour=MAPLE, at=(70, 292)
    )
    rule = shape_layer(comp, "Rule", (72, 338))
    fill(rule, Rectangle((120, 5), (60, 2.5)), VERDIGRIS_LIGHT, "Verdigris")
    animate(rule.transform.scale, (0.7, [0, 100]), (1.3, [100, 100]))
    rise_in(kicker, 0.3)
    rise_in(headline, 0.45)


def _slot(comp: Any) -> None:
    solid = comp.add_solid(shade(WALNUT, 0.8), f"{SLOT} placeholder", *lower_third.SIZE)
    make_slot(solid, SLOT, SLOT_FROM, lower_third.DURATION, corner=SLOT_AT)
