"""name-card: a speaker's name and role. Texts `speaker` and `role`; transparent background."""

from pathlib import Path
from typing import Any

from examples.templates.drawing import Polygon, Rectangle, fill, shape_layer
from examples.templates.lettering import text_layer
from examples.templates.motion import LEAVE, animate
from examples.templates.package import BuiltTemplate, bench, save_aep
from examples.templates.palette import (
    CHERRY,
    EBONY,
    HOLLY,
    MAPLE,
    OAK,
    SANS,
    SERIF_BOLD,
    VERDIGRIS,
    shade,
)
from examples.templates.rosette import DEGREES, facets

NAME = "name-card"
SIZE = (580, 132)
DURATION = 2.6
RATE = 25.0

_TILE = 132.0  # pixels: the inlaid square at the left is as high as the card
_EXIT = 2.08  # seconds
_INDENT = _TILE + 30.0


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        _panel(comp)
        _line(comp)
        speaker = text_layer(
            comp,
            "speaker",
            "Speaker Name",
            font=SERIF_BOLD,
            size=42,
            colour=HOLLY,
            at=(_INDENT, 64),
        )
        role = text_layer(
            comp,
            "role",
            "Guest speaker",
            font=SANS,
            size=21,
            colour=OAK,
            at=(_INDENT, 99),
            tracking=40,
        )
        _slide(speaker, 0.45)
        _slide(role, 0.58)
        _tile(comp)
        return save_aep(work, into, NAME, "Name card")


def _panel(comp: Any) -> None:
    panel = shape_layer(comp, "Panel", (_TILE, 0))
    width = SIZE[0] - _TILE
    fill(panel, Rectangle((width, _TILE), (width / 2, _TILE / 2)), EBONY, "Ebony")
    _unroll(panel, 0.25, _EXIT + 0.08)


def _line(comp: Any) -> None:
    line = shape_layer(comp, "Stringing", (_TILE, _TILE - 4))
    width = SIZE[0] - _TILE
    fill(line, Rectangle((width, 4), (width / 2, 2)), CHERRY, "Cherry")
    _unroll(line, 0.4, _EXIT)


def _unroll(layer: Any, start: float, leave: float) -> None:
    scale = layer.transform.scale
    animate(scale, (start, [0, 100]), (start + 0.6, [100, 100]))
    animate(scale, (leave, [100, 100]), (leave + 0.28, [0, 100]), ease=LEAVE)


def _slide(layer: Any, start: float) -> None:
    x, y = layer.transform.position.value[:2]
    animate(layer.transform.position, (start, [x - 26, y]), (start + 0.6, [x, y]))
    animate(layer.transform.opacity, (start, 0), (start + 0.35, 100))
    leave = _EXIT - 0.15
    animate(layer.transform.opacity, (leave, 100), (leave + 0.25, 0), ease=LEAVE)


def _tile(comp: Any) -> None:
    half = _TILE / 2
    tile = shape_layer(comp, "Tile", (half, half))
    fill(tile, Rectangle((_TILE, _TILE)), VERDIGRIS, "Ground")
    animate(tile.transform.scale, (0.0, [0, 0]), (0.5, [100, 100]))
    animate(tile.transform.scale, (_EXIT + 0.2, [100, 100]), (_EXIT + 0.46, [0, 0]), ease=LEAVE)
    star = shape_layer(comp, "Star", (half, half))
    for number in range(8):
        wood = CHERRY if number % 2 else MAPLE
        light, shaded = facets(half - 14)
        for side, outline, colour in (("light", light, wood), ("shade", shaded, shade(wood, 0.7))):
            group = fill(star, Polygon(outline), colour, f"Diamond {number + 1} {side}")
            turn = group.property("ADBE Vector Transform Group").property("ADBE Vector Rotation")
            turn.value = DEGREES * number
    animate(star.transform.rotation, (0.15, -135), (0.95, 0))
    animate(star.transform.scale, (0.15, [0, 0]), (0.75, [100, 100]))
    animate(star.transform.scale, (_EXIT + 0.16, [100, 100]), (_EXIT + 0.4, [0, 0]), ease=LEAVE)
