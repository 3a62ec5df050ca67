"""Setting an Essential Graphics field changes the picture: drawn with it and without it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import py_aep
import pytest

from intarsia.projects.archive import extract_project
from render_container.injection.errors import InjectionError


def field(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "essential", "layerName": name, "value": value, **more}


@pytest.fixture
def card(stage: Any) -> Any:
    """main, 64x48: a red plate with its opacity as `Strength` and its fill as `Tint`, and above it
    a blue text as `Title`."""
    comp = stage.comp()
    plate = comp.add_shape()
    plate.name = "plate"
    contents = plate.property("ADBE Root Vectors Group")
    contents.add_property("ADBE Vector Shape - Rect").property("ADBE Vector Rect Size").value = [
        64,
        48,
    ]
    fill = contents.add_property("ADBE Vector Graphic - Fill").property("ADBE Vector Fill Color")
    fill.value = [1.0, 0.0, 0.0, 1.0]
    plate.transform["ADBE Opacity"].add_to_motion_graphics_template_as(comp, "Strength")
    fill.add_to_motion_graphics_template_as(comp, "Tint")
    title = comp.add_text("A")
    title.name = "title"
    source = title.text["ADBE Text Document"]
    source.value.font, source.value.font_size = "LiberationSans-Bold", 30
    source.value.fill_color = [0.0, 0.0, 1.0]
    title.transform["ADBE Position"].value = [2, 40, 0]
    source.add_to_motion_graphics_template_as(comp, "Title")
    return comp


@pytest.mark.usefixtures("card")
def test_a_slider_a_colour_and_a_text_change_what_they_control(stage: Any) -> None:
    before = stage.frame()
    after = stage.frame(field("Strength", 50), field("Tint", "#00ff00"), field("Title", "AA"))

    assert before[0, 0].tolist() == [255, 0, 0]
    assert after[0, 0].tolist() == pytest.approx([0, 128, 0], abs=1)
    assert _blue(after) > 1.7 * _blue(before)
    assert stage.said == []


def _blue(picture: Any) -> int:
    return int(np.count_nonzero(picture[..., 2] > 200))


@pytest.mark.usefixtures("card")
def test_fields_are_set_in_order(stage: Any) -> None:
    last = stage.frame(
        field("Strength", 10),
        {"type": "data", "layerName": "plate", "property": "Opacity", "value": 20},
        field("Strength", 100),
    )

    assert last[0, 0].tolist() == [255, 0, 0]


def test_a_field_is_set_in_the_composition_that_is_named(stage: Any) -> None:
    for number, name in enumerate(("first", "second")):
        comp = stage.comp(name, size=(20 + number, 20))
        plate = stage.solid(comp, "plate", (1, 1, 1))
        plate.transform["ADBE Opacity"].add_to_motion_graphics_template_as(comp, "Strength")

    one = stage.inject(field("Strength", 0, composition="second"))
    both = stage.inject(field("Strength", 0))

    assert [stage.draw(one, comp=name).max() for name in ("first", "second")] == [255, 0]
    assert [stage.draw(both, comp=name).max() for name in ("first", "second")] == [0, 0]


@pytest.mark.usefixtures("card")
def test_a_field_that_does_not_exist_is_named(stage: Any) -> None:
    with pytest.raises(InjectionError) as caught:
        stage.inject(field("Strenght", 1), field("Tint", [9, 9, 9]))

    told = {problem.field: problem.message for problem in caught.value.problems}
    assert 'did you mean "Strength"?' in told["assets[0].layerName"]
    assert "divide by 255" in told["assets[1].value"]


@pytest.fixture
def testo(stage: Any, sample: Callable[[str], Path]) -> Any:
    """The project of a .mogrt that After Effects made, on the stage."""
    project = extract_project(sample("Testo.mogrt"), "mogrt", stage.folder / "mogrt")
    stage.project = py_aep.parse(project).project
    stage.folder = project.parent
    return stage


def test_a_real_template_shows_another_text_elsewhere(testo: Any) -> None:
    plain = testo.frame(comp="Comp 1")
    text = testo.frame(field("Text", "Something else"), comp="Comp 1")
    moved = testo.frame(field("Group Test.Image Position", [300, 300]), comp="Comp 1")

    assert (plain != text).any()
    assert (plain != moved).any()
    # The picture is 360 pixels wide and now stands around 300, 300.
    assert moved[300, 300].max() > 0
    assert (plain[800:, 800:] == moved[800:, 800:]).all()


def test_what_a_real_templates_knobs_hold_is_saved(testo: Any) -> None:
    saved = testo.inject(
        field("Checkbox Control", True),
        field("Point Control", [1, 2]),
        field("Angle Control", 90),
        field("Color Control", "#00ff00"),
        field("Slider Control", 5),
        field("Null 1 Scale", [50, 60]),
        field("Null 1 Opacity", 12),
        field("Dropdown", "geaorg"),
    )

    layers = {
        layer.name: layer for layer in next(iter(py_aep.parse(saved).project.compositions)).layers
    }
    null, text = layers["Null 1"], layers["foo!"]
    values = [effect.properties[0].value for effect in null.effects.properties]
    assert values == [1, [1.0, 2.0], 90, [0.0, 1.0, 0.0, 1.0], 5]
    assert null.transform["ADBE Scale"].value == [50, 60, 100]
    assert null.transform["ADBE Opacity"].value == 12
    assert text.effects.properties[0].properties[0].value == 2


def test_the_media_of_a_real_template_is_an_image_asset(testo: Any, media: Path) -> None:
    with pytest.raises(InjectionError, match="use an image or video asset with the layerName"):
        testo.inject(field("Image", "red.png"))

    testo.files = {0: media / "blue.jpg"}
    image = {"type": "image", "layerName": "square.jpg", "src": "https://example.org/blue.jpg"}
    picture = testo.frame(image, field("Image Position", [100, 100]), comp="Comp 1")

    assert (picture[100, 100] > [-1, -1, 200]).all()
