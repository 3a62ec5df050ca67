"""logo-sting: the rosette is set piece by piece into an ebony ground. Transparent around it."""

from pathlib import Path
from typing import Any

from examples.templates.drawing import Disc, Polygon, fill, shape_layer, stroke
from examples.templates.motion import DRIFT, animate, fade_in, press_in, spin_in
from examples.templates.package import BuiltTemplate, bench, save_aep
from examples.templates.palette import (
    CHERRY,
    EBONY,
    MAPLE,
    OAK,
    VERDIGRIS,
    VERDIGRIS_LIGHT,
    Colour,
    shade,
)
from examples.templates.rosette import DEGREES, facets, triangle

NAME = "logo-sting"
SIZE = (400, 400)
DURATION = 2.4
RATE = 25.0
RADIUS = 146.0  # pixels, to the diamonds' tips
CENTRE = (SIZE[0] / 2, SIZE[1] / 2)


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        _ground(comp)
        figure = comp.add_null()
        figure.name = "Rosette"
        animate(figure.transform.rotation, (0.0, -50.0), (1.5, 0.0))
        for number in range(8):
            _triangle(comp, figure, number)
        for number in range(8):
            _diamond(comp, figure, number)
        _boss(comp)
        return save_aep(work, into, NAME, "Logo sting")


def _ground(comp: Any) -> None:
    ground = shape_layer(comp, "Ground", CENTRE)
    fill(ground, Disc(372), EBONY, "Ebony")
    animate(ground.transform.scale, (0.0, [0, 0]), (0.5, [100, 100]))
    banding = shape_layer(comp, "Banding", CENTRE)
    stroke(banding, Disc(346), OAK, 3, "Oak line")
    stroke(banding, Disc(334), shade(OAK, 0.6), 1.5, "Fine line")
    animate(banding.transform.scale, (0.15, [70, 70]), (0.8, [100, 100]))
    fade_in(banding, 0.15, 0.3)


def _diamond(comp: Any, figure: Any, number: int) -> None:
    wood = CHERRY if number % 2 else MAPLE
    layer = shape_layer(comp, f"Diamond {number + 1}", (0, 0), figure)
    light, shaded = facets(RADIUS)
    fill(layer, Polygon(light), wood, "Light")
    fill(layer, Polygon(shaded), shade(wood, 0.72), "Shade")
    spin_in(layer, DEGREES * number, start=0.15 + 0.045 * number)


def _triangle(comp: Any, figure: Any, number: int) -> None:
    wood: Colour = VERDIGRIS if number % 2 else VERDIGRIS_LIGHT
    layer = shape_layer(comp, f"Triangle {number + 1}", (0, 0), figure)
    fill(layer, Polygon(triangle(RADIUS)), wood, "Veneer")
    press_in(layer, DEGREES * number, start=0.6 + 0.045 * number)


def _boss(comp: Any) -> None:
    boss = shape_layer(comp, "Boss", CENTRE)
    stroke(boss, Disc(40), MAPLE, 2.5, "Maple line")
    fill(boss, Disc(40), EBONY, "Ebony")
    scale = boss.transform.scale
    animate(scale, (0.85, [0, 0]), (1.1, [114, 114]), (1.35, [100, 100]), ease=DRIFT)
