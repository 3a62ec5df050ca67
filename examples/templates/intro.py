"""intro: title page in maple, with the slot `LogoSting` and the texts `headline` and `kicker`."""

from pathlib import Path
from typing import Any

from examples.templates import logo_sting
from examples.templates.drawing import Rectangle, fill, shape_layer
from examples.templates.lettering import text_layer
from examples.templates.motion import animate, rise_in
from examples.templates.package import Bench, BuiltTemplate, bench, save_zip
from examples.templates.palette import (
    EBONY,
    HOLLY,
    MAHOGANY,
    SANS_BOLD,
    SERIF_BOLD,
    VERDIGRIS,
    WALNUT,
)
from examples.templates.placeholder import cutting_plan, make_slot
from examples.templates.veneer import sheet

NAME = "intro"
SIZE = (1280, 720)
DURATION = 2.8
RATE = 25.0
SLOT = "LogoSting"
SLOT_FROM = DURATION - logo_sting.DURATION  # seconds: the logo stays to the end
SLOT_AT = (440.0, 80.0)  # pixels: upper left corner

_STRIP = 150  # pixels: the width of the walnut strips at both sides


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        _ground(work, comp)
        _strips(work, comp)
        _texts(comp)
        _slot(work, comp)
        return save_zip(work, into, NAME, "Intro")


def _ground(work: Bench, comp: Any) -> None:
    path = work.footage_file("maple.png")
    sheet(path, SIZE, HOLLY, seed=11, depth=0.3, figure=0.25)
    ground = comp.add(work.import_footage(path))
    ground.name = "Maple sheet"
    animate(ground.transform.scale, (0.0, [106, 106]), (DURATION, [100, 100]), ease=(10, 40))


def _strips(work: Bench, comp: Any) -> None:
    path = work.footage_file("walnut.png")
    sheet(path, (_STRIP, SIZE[1]), WALNUT, seed=23)
    walnut = work.import_footage(path)
    middle = SIZE[1] / 2
    for name, x, outside in (
        ("Left strip", _STRIP / 2, -_STRIP / 2),
        ("Right strip", SIZE[0] - _STRIP / 2, SIZE[0] + _STRIP / 2),
    ):
        strip = comp.add(walnut)
        strip.name = name
        animate(strip.transform.position, (0.0, [outside, middle]), (0.7, [x, middle]))
    for name, x, down in (
        ("Left line", _STRIP + 14.0, 1),
        ("Right line", SIZE[0] - _STRIP - 14, -1),
    ):
        line = shape_layer(comp, name, (x, middle))
        fill(line, Rectangle((5, SIZE[1])), VERDIGRIS, "Verdigris")
        animate(line.transform.position, (0.15, [x, middle - down * SIZE[1]]), (0.95, [x, middle]))


def _texts(comp: Any) -> None:
    headline = text_layer(
        comp,
        "headline",
        "Set into the picture",
        font=SERIF_BOLD,
        size=62,
        colour=EBONY,
        at=(640, 584),
        centred=True,
    )
    kicker = text_layer(
        comp,
        "kicker",
        "AN INTARSIA FILM",
        font=SANS_BOLD,
        size=19,
        colour=MAHOGANY,
        at=(640, 636),
        tracking=220,
        centred=True,
    )
    rise_in(headline, 0.65)
    rise_in(kicker, 0.8)


def _slot(work: Bench, comp: Any) -> None:
    path = work.footage_file("logo-plan.png")
    cutting_plan(path, logo_sting.SIZE, WALNUT)
    layer = comp.add(work.import_footage(path))
    make_slot(layer, SLOT, SLOT_FROM, logo_sting.DURATION, corner=SLOT_AT)
