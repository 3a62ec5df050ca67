"""Every function changes the picture as it says: drawn with it and without it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from intarsia.projects.reader import read_in_process
from render_container.injection.errors import InjectionError

RED, GREEN, BLUE, WHITE = (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)
Call = Callable[..., dict[str, Any]]


def is_all(picture: NDArray[Any], colour: tuple[int, int, int]) -> bool:
    return bool((picture == np.array(colour) * 255).all())


def box(picture: NDArray[Any], threshold: int = 100) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not black; the last two are exclusive."""
    rows, columns = np.nonzero(picture.max(axis=2) > threshold)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def is_shown(picture: NDArray[Any]) -> bool:
    return bool(picture.max() > 100)


def test_a_solid_gets_another_colour_and_its_twin_keeps_its_own(stage: Any, called: Call) -> None:
    comp = stage.comp()
    plate = stage.solid(comp, "plate", RED)
    twin = comp.add(plate.source)
    twin.name = "twin"
    twin.transform["ADBE Position"].value = [64 + 32, 24, 0]

    before = stage.frame()
    after = stage.frame(called("solid-color-set", layerName="plate", color="#0000ff"))

    assert is_all(before, RED)
    assert is_all(after[:, :64], BLUE)
    other = stage.frame(
        called("solid-color-set", layerName="plate", color=[0, 0, 1]),
        called("layer-start-set", layerName="twin", value=0),
        {"type": "data", "layerName": "twin", "property": "Position", "value": [32, 24]},
    )
    assert is_all(other, RED)


def test_an_effect_with_a_colour_does_not_stand_in_for_the_solids(stage: Any, called: Call) -> None:
    plate = stage.solid(stage.comp(), "plate", RED)
    plate.effects.add_property("ADBE Color Control")

    assert is_all(stage.frame(called("solid-color-set", layerName="plate", value=[0, 1, 0])), GREEN)


@pytest.mark.parametrize("hidden", [{"visible": False}, {"state": "hidden"}])
def test_a_layer_is_hidden_and_shown(stage: Any, called: Call, hidden: dict[str, Any]) -> None:
    comp = stage.comp()
    stage.solid(comp, "back", RED)
    front = stage.solid(comp, "front", BLUE)
    dark = stage.solid(comp, "dark", GREEN)
    dark.enabled = False

    assert is_all(stage.frame(), BLUE)
    assert is_all(stage.frame(called("layer-state-set", layerName="front", **hidden)), RED)
    shown = stage.frame(called("layer-state-set", layerName="dark", state="visible"))
    assert is_all(shown, GREEN)
    assert front.enabled


def test_several_layers_are_hidden_by_one_call(stage: Any, called: Call) -> None:
    comp = stage.comp()
    for name, colour in (("a", RED), ("b", GREEN), ("c", BLUE)):
        stage.solid(comp, name, colour)

    picture = stage.frame(called("layer-state-set", layerName=["c", "b"], visible=False))

    assert is_all(picture, RED)


def test_a_removed_layer_is_gone_and_its_children_stay_where_they_are(
    stage: Any, called: Call
) -> None:
    comp = stage.comp()
    child = stage.solid(comp, "child", RED, (10, 10))
    parent = stage.solid(comp, "parent", GREEN, (10, 10))
    parent.transform["ADBE Position"].value = [50, 20, 0]
    child.parent = parent

    before = stage.frame()
    after = stage.frame(called("layer-remove", layerName="parent"))

    assert before[20, 50].tolist() == [0, 255, 0]
    assert after[20, 50].tolist() != [0, 255, 0]
    assert box(before[..., [0, 0, 0]]) == box(after[..., [0, 0, 0]])


def test_removing_a_layer_does_not_shift_what_indexes_mean(stage: Any, called: Call) -> None:
    comp = stage.comp(size=(60, 20))
    for name, left in (("third", 40), ("second", 20), ("first", 0)):
        layer = stage.solid(comp, name, RED, (20, 20))
        layer.transform["ADBE Position"].value = [left + 10, 10, 0]

    hide = {"type": "data", "property": "Opacity", "value": 0, "layerIndex": 2}
    picture = stage.frame(called("layer-remove", layerName="first"), hide)

    assert not is_shown(picture[:, :40])
    assert is_all(picture[:, 40:], RED)


def test_a_layer_is_removed_once_and_what_comes_after_is_warned_of(
    stage: Any, called: Call, tmp_path: Path
) -> None:
    comp = stage.comp()
    stage.solid(comp, "back", RED)
    stage.solid(comp, "front", BLUE)
    Image.new("RGB", (30, 60), (0, 0, 255)).save(tmp_path / "blue.png")
    stage.files = {2: tmp_path / "blue.png"}

    picture = stage.frame(
        called("layer-remove", layerName=["front", "front"]),
        called("solid-color-set", layerName="front", color=GREEN),
        {"type": "image", "layerName": "front", "src": "https://example.org/blue.png"},
        {"type": "data", "layerIndex": 1, "property": "Opacity", "expression": "50"},
        called("layer-autoscale", layerName="front", type="fit"),
        called("comp-duration-set", composition="main", value=2),
    )

    assert is_all(picture, RED)
    assert [warning.partition(":")[0] for warning in stage.said] == [
        "assets[0].params.layerName",
        "assets[1].params.layerName",
        "assets[2].layerName",
        "assets[3].layerName",
        "assets[4].params.layerName",
    ]
    assert all("the layer is removed by an earlier asset" in warning for warning in stage.said)


def test_a_child_is_placed_after_its_parent_is_gone(stage: Any, called: Call) -> None:
    comp = stage.comp()
    child = stage.solid(comp, "child", RED, (10, 10))
    parent = comp.add_null()
    parent.name = "parent"
    parent.transform["ADBE Position"].value = [40, 20, 0]
    child.parent = parent
    place = {"type": "data", "layerName": "child", "property": "Position", "value": [5, 5]}

    picture = stage.frame(called("layer-remove", layerName="parent"), place)

    assert box(picture) == (0, 0, 10, 10)


def test_a_removed_matte_leaves_its_layer_whole(stage: Any, called: Call) -> None:
    comp = stage.comp()
    plate = stage.solid(comp, "plate", RED)
    matte = stage.solid(comp, "matte", WHITE, (10, 10))
    from py_aep import TrackMatteType

    plate.set_track_matte(matte, TrackMatteType.ALPHA)

    assert not is_all(stage.frame(), RED)
    assert is_all(stage.frame(called("layer-remove", layerName="matte")), RED)


def test_a_layer_starts_later_with_its_keyframes(stage: Any, called: Call) -> None:
    layer = stage.solid(stage.comp(), "plate", WHITE)
    opacity = layer.transform["ADBE Opacity"]
    opacity.set_value_at_time(0.0, 0.0)
    opacity.set_value_at_time(0.4, 100.0)
    start = called("layer-start-set", layerName="plate", value=0.4)

    assert stage.frame(frame=5)[0, 0, 0] == pytest.approx(128, abs=2)
    moved = stage.inject(start)
    assert not is_shown(stage.draw(moved, 9))
    assert stage.draw(moved, 15)[0, 0, 0] == pytest.approx(128, abs=2)
    assert stage.draw(moved, 20)[0, 0, 0] == 255


def test_a_trimmed_layer_starts_where_it_is_seen_first(stage: Any, called: Call) -> None:
    layer = stage.solid(stage.comp(), "plate", WHITE)
    layer.in_point = 0.2

    moved = stage.inject(called("layer-start-set", layerName="plate", start=0.4))

    assert [is_shown(stage.draw(moved, frame)) for frame in (9, 10)] == [False, True]


def test_a_layer_lasts_as_long_as_it_is_told(stage: Any, called: Call) -> None:
    layer = stage.solid(stage.comp(), "plate", WHITE)
    layer.in_point = 0.2

    cut = stage.inject(called("layer-duration-set", layerName="plate", value=0.4))
    seen = [is_shown(stage.draw(cut, frame)) for frame in (4, 5, 14, 15)]

    assert is_shown(stage.frame(frame=20))
    assert seen == [False, True, True, False]
    assert stage.said == []


def test_a_layer_cannot_last_longer_than_its_source(stage: Any, called: Call) -> None:
    inner = stage.comp("inner", seconds=0.4)
    stage.solid(inner, "plate", WHITE)
    stage.comp(seconds=2.0).add(inner).name = "slot"

    stage.inject(called("layer-duration-set", layerName="slot", duration=2))

    (warning,) = stage.said
    assert warning.startswith("assets[0].params.layerName: ")
    assert "ends at 0.40 s, where its source ends" in warning


def test_a_composition_grows_with_the_layers_that_ended_with_it(stage: Any, called: Call) -> None:
    comp = stage.comp(seconds=1.0)
    stage.solid(comp, "to the end", RED, (20, 48)).out_point = 1.0
    short = stage.solid(comp, "short", RED, (20, 48))
    short.out_point = 0.6
    short.transform["ADBE Position"].value = [54, 24, 0]

    longer = stage.inject(called("comp-duration-set", composition="main", value=2))
    before, last = stage.draw(longer, 10), stage.draw(longer, 49)

    assert is_shown(before[:, 44:])
    assert is_shown(last[:, 22:42])
    assert not is_shown(last[:, 44:])
    assert [_frames(longer), _frames(stage.inject())] == [50, 25]


def test_a_composition_is_cut(stage: Any, called: Call) -> None:
    comp = stage.comp(seconds=2.0)
    stage.solid(comp, "plate", RED)

    shorter = stage.inject(called("comp-duration-set", composition="main", duration=1.01))

    assert is_all(stage.draw(shorter, 24), RED)
    assert _frames(shorter) == 25


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        ("fit", (100, 50), (0, 8, 64, 40)),
        ("fill", (100, 50), (0, 0, 64, 48)),
        ("fit", (10, 30), (24, 0, 40, 48)),
        ("fit", (640, 480), (0, 0, 64, 48)),
    ],
)
def test_a_layer_fits_or_fills_its_composition_wherever_it_was(
    stage: Any, called: Call, kind: str, size: Any, expected: Any
) -> None:
    layer = stage.solid(stage.comp(), "plate", RED, size)
    layer.transform["ADBE Anchor Point"].value = [3, 4, 0]
    layer.transform["ADBE Position"].value = [11, 7, 0]
    layer.transform["ADBE Scale"].value = [33, 77, 100]

    before = stage.frame()
    after = stage.frame(called("layer-autoscale", layerName="plate", type=kind))

    assert box(before) != expected
    assert box(after) == expected


def test_a_turned_layer_stays_turned_and_is_centred(stage: Any, called: Call) -> None:
    layer = stage.solid(stage.comp(size=(60, 60)), "plate", RED, (40, 20))
    layer.transform["ADBE Anchor Point"].value = [0, 0, 0]
    layer.transform["ADBE Rotate Z"].value = 90

    picture = stage.frame(called("layer-autoscale", layerName="plate", type="fit"))

    assert box(picture) == (15, 0, 45, 60)


def test_a_layer_with_separated_position_is_centred_too(stage: Any, called: Call) -> None:
    layer = stage.solid(stage.comp(), "plate", RED, (32, 24))
    layer.transform["ADBE Position"].dimensions_separated = True
    layer.transform["ADBE Position_0"].value = 5

    picture = stage.frame(called("layer-autoscale", layerName="plate", type="fit"))

    assert is_all(picture, RED)


def test_what_was_put_in_before_is_what_is_scaled(stage: Any, called: Call, tmp_path: Path) -> None:
    stage.solid(stage.comp(), "slot", RED, (64, 48))
    Image.new("RGB", (30, 60), (0, 0, 255)).save(tmp_path / "tall.png")
    stage.files = {0: tmp_path / "tall.png", 1: tmp_path / "tall.png"}
    image = {"type": "image", "layerName": "slot", "src": "https://example.org/tall.png"}
    scale = called("layer-autoscale", layerName="slot", type="fit")

    assert box(stage.frame(image, scale)) == (20, 0, 44, 48)
    assert box(stage.frame(scale, image)) != (20, 0, 44, 48)


@pytest.mark.parametrize(
    ("justify", "place", "words"),
    [
        ("LEFT_JUSTIFY", 40, "A rather long line of words"),
        ("RIGHT_JUSTIFY", 200, "A rather long line of words"),
        ("CENTER_JUSTIFY", 90, "A rather long line of words"),
    ],
)
def test_a_long_text_shrinks_until_it_fits(
    stage: Any, called: Call, justify: str, place: float, words: str
) -> None:
    room = {"LEFT_JUSTIFY": (40, 240), "RIGHT_JUSTIFY": (0, 200), "CENTER_JUSTIFY": (0, 180)}
    text = _text(stage, "Short", justify, place)
    set_text = {"type": "text", "layerName": "title", "value": words}
    fit = called("layer-autoscale", layerName="title", type="fit")

    too_long = box(stage.frame(set_text))
    left, top, right, bottom = box(stage.frame(set_text, fit))
    low, high = room[justify]

    assert too_long[3] - too_long[1] > 1.2 * (bottom - top)
    assert low - 1 <= left <= low + 4
    assert high - 4 <= right <= high + 1
    assert stage.said == []
    assert text.name == "title"


def test_a_short_text_stays_as_it_is_unless_it_is_to_fill(stage: Any, called: Call) -> None:
    _text(stage, "Hi", "LEFT_JUSTIFY", 20)
    fit = called("layer-autoscale", layerName="title", type="fit")
    fill = called("layer-autoscale", layerName="title", type="fill")
    limited = called("layer-autoscale", layerName="title", type="fit", maxFontSize=48)

    plain = stage.frame()
    height = box(plain)[3] - box(plain)[1]
    bigger = box(stage.frame(limited))

    assert (stage.frame(fit) == plain).all()
    assert box(stage.frame(fill))[2] > 220
    assert bigger[3] - bigger[1] == pytest.approx(2 * height, abs=2)


def test_a_text_does_not_shrink_below_its_smallest_size(stage: Any, called: Call) -> None:
    _text(stage, "A rather long line of words, and then some more", "LEFT_JUSTIFY", 0)

    picture = stage.frame(called("layer-autoscale", layerName="title", type="fit", minFontSize=20))

    assert box(picture)[2] > 230
    assert any("does not fit, even at font size 20" in warning for warning in stage.said)


def test_a_scaled_text_is_measured_as_it_is_seen(stage: Any, called: Call) -> None:
    layer = _text(stage, "A rather long line of words", "LEFT_JUSTIFY", 40)
    layer.transform["ADBE Scale"].value = [50, 50, 100]

    picture = stage.frame(called("layer-autoscale", layerName="title", type="fill"))

    assert 232 <= box(picture)[2] <= 240


def test_a_text_box_is_filled_without_running_over(stage: Any, called: Call) -> None:
    comp = stage.comp(size=(240, 120))
    layer = comp.add_box_text([100, 60], "Words that take several lines of the box")
    layer.name = "title"
    document = layer.text["ADBE Text Document"].value
    document.font, document.font_size = "LiberationSans", 40
    document.fill_color = [1.0, 1.0, 1.0]
    layer.transform["ADBE Position"].value = [100, 60, 0]

    crowded = box(stage.frame())
    fitted = stage.inject(called("layer-autoscale", layerName="title", type="fit"))
    left, top, right, bottom = box(stage.draw(fitted))

    assert crowded[3] - crowded[1] > 0
    assert 0 < right - left <= 100
    assert 30 < bottom - top <= 66
    size = _document(fitted).font_size
    assert 8 < size < 20


def test_text_params_set_the_words_and_how_they_look(stage: Any, called: Call) -> None:
    _text(stage, "Hello", "LEFT_JUSTIFY", 20)

    before = stage.frame()
    red = stage.frame(called("text-params-set", layerName="title", fillColor="#ff0000"))
    large = stage.frame(called("text-params-set", layerName="title", fontSize=48))
    wide = stage.frame(called("text-params-set", layerName="title", tracking=500))
    words = stage.frame(called("text-params-set", layerName="title", textValue="Hello, you all"))
    mono = stage.frame(called("text-params-set", layerName="title", font="LiberationMono"))

    assert box(before)[3] - box(before)[1] < box(large)[3] - box(large)[1]
    assert red[..., 1:].max() == 0
    assert is_shown(red)
    assert box(wide)[2] > box(before)[2] + 30
    assert box(words)[2] > box(before)[2] + 60
    assert box(mono)[2] != box(before)[2]


def test_a_script_is_refused_where_there_is_no_after_effects(stage: Any) -> None:
    stage.solid(stage.comp(), "plate", RED)

    with pytest.raises(InjectionError) as caught:
        stage.inject({"type": "script", "value": "app.beep()"})

    (problem,) = caught.value.problems
    assert (problem.field, problem.message) == (
        "assets[0].type",
        "a script needs After Effects, which does not render this job",
    )


def _text(stage: Any, words: str, justify: str, place: float) -> Any:
    from py_aep import ParagraphJustification

    layer = stage.comp(size=(240, 60)).add_text(words)
    layer.name = "title"
    document = layer.text["ADBE Text Document"].value
    document.font, document.font_size = "LiberationSans", 24
    document.fill_color = [1.0, 1.0, 1.0]
    document.justification = ParagraphJustification[justify]
    layer.transform["ADBE Position"].value = [place, 40, 0]
    return layer


def _frames(path: Path) -> int:
    (comp,) = read_in_process(path).compositions
    return comp.frames


def _document(path: Path) -> Any:
    import py_aep

    comp = next(iter(py_aep.parse(path).project.compositions))
    return comp.layers[0].text["ADBE Text Document"].value
