"""final-scene: slots `IntroClip` and `LowerThird`, a dyed ground called `BackgroundColor`.

The intro fills the frame, strips of veneer cover it, and behind them the scene is assembled.
"""

from pathlib import Path
from typing import Any

from py_aep import BlendingMode

from examples.templates import intro, name_card
from examples.templates.drawing import Rectangle, fill, shape_layer, stroke
from examples.templates.inlay import set_rosette
from examples.templates.lettering import text_layer
from examples.templates.marimba import write_tune
from examples.templates.motion import GLIDE, animate, rise_in
from examples.templates.package import Bench, BuiltTemplate, bench, save_zip
from examples.templates.palette import (
    CHERRY,
    EBONY,
    HOLLY,
    MAHOGANY,
    MAPLE,
    OAK,
    SANS,
    SANS_BOLD,
    SERIF_BOLD,
    VERDIGRIS,
    WALNUT,
)
from examples.templates.placeholder import cutting_plan, make_slot
from examples.templates.veneer import sheet

NAME = "final-scene"
SIZE = (1280, 720)
DURATION = 6.4
RATE = 25.0
INTRO_SLOT = "IntroClip"
CARD_SLOT = "LowerThird"
CARD_FROM = 3.56  # seconds; the card is gone a little before the end
CARD_AT = (80.0, 536.0)  # pixels: upper left corner

_MIDDLE = (SIZE[0] / 2, SIZE[1] / 2)
_SCENE_FROM = 3.0  # seconds: the strips are opening
_STRIPS = 5


def build(into: Path) -> BuiltTemplate:
    """Write the template into the folder `into`."""
    with bench(into, NAME) as work:
        comp = work.comp(NAME, SIZE, DURATION, RATE)
        _ground(work, comp)
        set_rosette(work, comp, _SCENE_FROM)
        _titles(comp)
        _slots(work, comp)
        _strips(work, comp)
        _sound(work, comp)
        return save_zip(work, into, NAME, "Final scene")


def _ground(work: Bench, comp: Any) -> None:
    """Add dyed veneer: a plain colour, which a job may set, below the grain of a white sheet."""
    colour = shape_layer(comp, "BackgroundColor", _MIDDLE)
    fill(colour, Rectangle(SIZE), VERDIGRIS, "Ground")
    path = work.footage_file("grain.png")
    sheet(path, SIZE, [1.0, 1.0, 1.0], seed=5, depth=0.52, figure=0.3)
    grain = comp.add(work.import_footage(path))
    grain.name = "Grain"
    grain.blending_mode = BlendingMode.MULTIPLY
    frame = shape_layer(comp, "Stringing", _MIDDLE)
    stroke(frame, Rectangle((SIZE[0] - 48, SIZE[1] - 48)), OAK, 2, "Oak line")
    stroke(frame, Rectangle((SIZE[0] - 60, SIZE[1] - 60)), EBONY, 3, "Ebony line")


def _titles(comp: Any) -> None:
    kicker = text_layer(
        comp,
        "kicker",
        "EPISODE ONE",
        font=SANS_BOLD,
        size=20,
        colour=OAK,
        at=(79, 168),
        tracking=220,
    )
    rise_in(kicker, _SCENE_FROM + 0.15)
    for name, text, line, delay in (
        ("title", "Many pieces,", 252, 0.25),
        ("title 2", "one picture", 336, 0.35),
    ):
        title = text_layer(comp, name, text, font=SERIF_BOLD, size=76, colour=HOLLY, at=(78, line))
        rise_in(title, _SCENE_FROM + delay)
    rule = shape_layer(comp, "Rule", (80, 374))
    fill(rule, Rectangle((96, 4), (48, 2)), CHERRY, "Cherry")
    animate(rule.transform.scale, (3.5, [0, 100]), (4.1, [100, 100]))
    subtitle = text_layer(
        comp,
        "subtitle",
        "A film about marquetry",
        font=SANS,
        size=26,
        colour=MAPLE,
        at=(78, 424),
    )
    rise_in(subtitle, _SCENE_FROM + 0.6)


def _slots(work: Bench, comp: Any) -> None:
    card, clip = work.footage_file("card-plan.png"), work.footage_file("intro-plan.png")
    cutting_plan(card, name_card.SIZE, MAPLE)
    layer = comp.add(work.import_footage(card))
    make_slot(layer, CARD_SLOT, CARD_FROM, name_card.DURATION, corner=CARD_AT)
    cutting_plan(clip, intro.SIZE, WALNUT, MAPLE)
    layer = comp.add(work.import_footage(clip))
    make_slot(layer, INTRO_SLOT, 0.0, intro.DURATION, corner=(0.0, 0.0))


def _strips(work: Bench, comp: Any) -> None:
    """Add strips of veneer, alternately from above and below.

    They are closed at 2.76 s and open again at 3.49 s.
    """
    width = SIZE[0] // _STRIPS
    middle, travel = SIZE[1] / 2, float(SIZE[1])
    sheets = []
    for number, wood in enumerate((WALNUT, CHERRY, MAHOGANY)):
        path = work.footage_file(f"strip-{number + 1}.png")
        sheet(path, (width, SIZE[1]), wood, seed=60 + number)
        sheets.append(work.import_footage(path))
    for number in range(_STRIPS):
        strip = comp.add(sheets[(0, 1, 2, 1, 0)[number]])
        strip.name = f"Strip {number + 1}"
        if number > _STRIPS // 2:  # book-matched: the right half mirrors the left
            strip.transform.scale.value = [-100.0, 100.0, 100.0]
        x, way = width * (number + 0.5), travel if number % 2 else -travel
        late = 0.05 * number
        shut, opening = (2.12 + late, 2.56 + late), (2.84 + late, 3.29 + late)
        position = strip.transform.position
        animate(position, (shut[0], [x, middle + way]), (shut[1], [x, middle]), ease=GLIDE)
        animate(position, (opening[0], [x, middle]), (opening[1], [x, middle - way]), ease=GLIDE)
        strip.in_point, strip.out_point = shut[0], opening[1]


def _sound(work: Bench, comp: Any) -> None:
    """Add a marimba sound, with a note for each thing that falls into place."""
    d, a, d2, e2, f2, a2, d3 = 146.83, 220.0, 293.66, 329.63, 369.99, 440.0, 587.33
    opening = [(0.1, d, 0.8), (0.35, a, 0.6), (0.6, d2, 0.7), (0.9, f2, 0.6), (1.2, a2, 0.5)]
    strips = [(2.4 + 0.05 * step, pitch, 0.35) for step, pitch in enumerate((a2, f2, e2, d2, a))]
    pieces = [(3.15 + 0.1 * step, pitch, 0.5) for step, pitch in enumerate((d2, e2, f2, a2, d3))]
    close = [(3.8, d, 0.9), (3.82, a, 0.6), (3.84, f2, 0.5), (4.5, a2, 0.3), (4.7, d3, 0.3)]
    path = work.footage_file("marimba.wav")
    write_tune(path, [*opening, *strips, *pieces, *close], DURATION)
    sound = comp.add(work.import_footage(path))
    sound.name = "Marimba"
    sound.move_to_end()
