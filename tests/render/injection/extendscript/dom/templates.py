"""Small templates full of what plans may stumble over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
from py_aep import TrackMatteType

_RED, _GREY = [1.0, 0.0, 0.0], [0.5, 0.5, 0.5]


def names(project: Any, media: Path) -> None:
    """Layers and compositions of odd and of equal names; solids and footage that are shared."""
    main, title, dotted = (_comp(project, name) for name in ("main", "title", "a.b -> c"))
    still = _footage(project, media / "red.png")
    main.add(still)
    main.add(still)
    shared = main.add_solid(_GREY, "Grey Solid 1", 64, 48)
    main.add(shared.source).name = "Second grey"
    main.add_text("Hello").name = "title"
    main.add(title)
    main.add(dotted).name = "with spaces . and dots"
    quoted = title.add_text("One\nTwo \U0001f600")
    quoted.name = 'it\'s "quoted" \u2028 \U0001f600'
    title.add(shared.source).name = "title"
    title.add(still).name = "photo"
    dotted.add(shared.source)
    locked = dotted.add_text("Locked")
    locked.name = "locked"
    locked.locked = True


def trees(project: Any, media: Path) -> None:
    """A -> B -> C twice, with equal names; and a C that is in no B."""
    still = _footage(project, media / "blue.jpg")
    for _ in range(2):
        outer, middle, inner = (_comp(project, name) for name in "ABC")
        outer.add(middle)
        middle.add(inner)
        inner.add_text("Deep").name = "title"
        inner.add(still)
    _comp(project, "C").add_text("Alone").name = "title"


def looks(project: Any, media: Path) -> None:
    """Texts of several looks, properties with keyframes, expressions and parts of their own."""
    comp = _comp(project, "main")
    mixed = comp.add_text("Two looks\nand lines")
    mixed.name = "mixed"
    mixed.text["ADBE Text Document"].value.character_range(0, 3).font_size = 60
    mixed.text["ADBE Text Document"].value.leading = 50
    outlined = comp.add_text("Outlined")
    outlined.name = "outlined"
    document = outlined.text["ADBE Text Document"].value
    document.apply_fill, document.apply_stroke = False, True
    fades = comp.add_text("Fades")
    fades.name = "fades"
    fades.transform["ADBE Opacity"].set_value_at_time(0.0, 0.0)
    fades.transform["ADBE Opacity"].set_value_at_time(1.0, 100.0)
    fades.transform["ADBE Rotate Z"].expression = "time * 90"
    split = comp.add_solid(_RED, "Red", 32, 32)
    split.name = "split"
    split.transform["ADBE Position"].dimensions_separated = True
    spatial = comp.add_solid(_RED, "Red 3D", 32, 32)
    spatial.name = "spatial"
    spatial.three_d_layer = True
    controls = comp.add_null()
    controls.name = "Controls"
    for effect in ("Slider", "Color", "Checkbox", "Point", "Slider"):
        controls.effects.add_property(f"ADBE {effect} Control")
    panel = comp.add_shape()
    panel.name = "Panel"
    contents = panel.property("ADBE Root Vectors Group")
    contents.add_property("ADBE Vector Shape - Rect")
    contents.add_property("ADBE Vector Graphic - Fill")
    comp.add_camera("Camera", [32.0, 24.0])
    comp.add_light("Light", [32.0, 24.0])


def times(project: Any, media: Path) -> None:
    """Layers that begin, end, stretch and wait for mattes and parents."""
    main, inner = _comp(project, "main"), _comp(project, "inner")
    movie, tone = _footage(project, media / "clip.mp4"), _footage(project, media / "tone.wav")
    inner.add_solid(_RED, "Red", 64, 48).name = "plate"
    later = main.add(inner)
    later.name = "later"
    later.start_time = 0.4
    slow = main.add(movie)
    slow.name = "slow"
    slow.stretch = 200.0
    main.add(movie)
    main.add(tone).name = "sound"
    short = main.add_solid(_GREY, "Grey", 40, 20)
    short.name = "short"
    short.in_point, short.out_point = 0.2, 1.2
    child = main.add_solid(_RED, "Red 2", 20, 40)
    child.name = "child"
    child.parent = short
    filled = main.add_solid(_RED, "Red 3", 64, 48)
    filled.name = "filled"
    matte = main.add_text("Matte")
    matte.name = "matte"
    filled.set_track_matte(matte, TrackMatteType.ALPHA)
    backwards = main.add_solid(_RED, "Red 4", 8, 8)
    backwards.name = "backwards"
    backwards.stretch = -100.0


def panels(project: Any, media: Path) -> None:
    """Essential Graphics in two compositions."""
    card, badge = _comp(project, "card"), _comp(project, "badge")
    knobs = card.add_null()
    knobs.name = "knobs"
    for name, field in (("Slider", "Size"), ("Color", "Tint"), ("Checkbox", "On")):
        effect = knobs.effects.add_property(f"ADBE {name} Control")
        effect.property(f"ADBE {name} Control-0001").add_to_motion_graphics_template_as(card, field)
    for comp, field in ((card, "Title"), (badge, "Title"), (badge, "v1.2")):
        layer = comp.add_text(field)
        layer.text["ADBE Text Document"].add_to_motion_graphics_template_as(comp, field)
    photo = card.add(badge)
    photo.name = "badge"
    photo.transform["ADBE Opacity"].add_to_motion_graphics_template_as(card, "Fade")


TEMPLATES: dict[str, Callable[[Any, Path], None]] = {
    build.__name__: build for build in (names, trees, looks, times, panels)
}


def add_samples(folder: Path) -> dict[str, Path]:
    """Real projects that After Effects wrote, by name."""
    wanted = ("nexrender_test", "Layer-01", "Property-01", "Item-01")
    paths = {name: folder / f"{name}.aep" for name in wanted}
    return {name: path for name, path in paths.items() if path.is_file()}


def _comp(project: Any, name: str) -> Any:
    return project.root_folder.add_comp(name, 64, 48, 1.0, 2.0, 25.0)


def _footage(project: Any, path: Path) -> Any:
    return project.import_file(py_aep.ImportOptions(path))
