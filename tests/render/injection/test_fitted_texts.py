"""Fitting a text: which font is measured, and texts that are not all of one look."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import py_aep
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from render_container.injection.errors import InjectionError
from render_container.injection.fonts import STAND_INS, Fonts
from render_container.injection.offline import apply_plan
from render_container.injection.plan import build_plan

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
Call = Callable[..., dict[str, Any]]


@pytest.fixture
def title(stage: Any) -> Any:
    """Adds a white text, 24 pixels, left-justified at 20, 40 of main (240x60)."""

    def add(words: str, font: str = "LiberationSans") -> Any:
        layer = stage.comp(size=(240, 60)).add_text(words)
        layer.name = "title"
        document = layer.text["ADBE Text Document"].value
        document.font, document.font_size = font, 24
        document.fill_color = [1.0, 1.0, 1.0]
        layer.transform["ADBE Position"].value = [20, 40, 0]
        return layer

    return add


def document(project: Path) -> Any:
    (comp,) = py_aep.parse(project).project.compositions
    return comp.layers[0].text["ADBE Text Document"].value


def right_edge(picture: Any) -> int:
    return int(np.nonzero(picture.max(axis=2) > 100)[1].max()) + 1


def test_characters_of_several_sizes_keep_their_proportions(
    stage: Any, called: Call, title: Any
) -> None:
    words = "Large and small letters"
    text = title(words).text["ADBE Text Document"].value
    text.character_range(10, len(words)).font_size = 12

    fitted = stage.inject(called("layer-autoscale", layerName="title", type="fill"))

    sizes = [document(fitted).character_range(at, at + 1).font_size for at in (0, 12)]
    assert sizes[0] == pytest.approx(2 * sizes[1], rel=0.01)
    assert 225 <= right_edge(stage.draw(fitted)) < 240


def test_of_several_lines_the_longest_counts_and_leading_follows(
    stage: Any, called: Call, title: Any
) -> None:
    text = title("One\nand a much longer line beneath").text["ADBE Text Document"].value
    text.auto_leading = False
    text.leading = 20

    fitted = stage.inject(called("layer-autoscale", layerName="title", type="fit"))

    assert document(fitted).leading == pytest.approx(20 * document(fitted).font_size / 24, rel=0.01)
    assert 225 <= right_edge(stage.draw(fitted)) < 240


@pytest.mark.parametrize("caps", ["FONT_ALL_CAPS", "FONT_SMALL_CAPS"])
def test_capitals_tracking_and_width_count(stage: Any, called: Call, title: Any, caps: str) -> None:
    text = title("straße und mehr").text["ADBE Text Document"].value
    text.tracking = 100
    text.horizontal_scale = 1.5
    text.faux_bold = True
    text.font_caps_option = getattr(py_aep.FontCapsOption, caps)

    picture = stage.frame(called("layer-autoscale", layerName="title", type="fill"))

    assert 218 <= right_edge(picture) < 240


def test_characters_outside_the_first_plane_count_too(stage: Any, called: Call, title: Any) -> None:
    title("\U0001d400 then letters that are many")

    fitted = stage.inject(called("layer-autoscale", layerName="title", type="fit"))

    sizes = {document(fitted).character_range(at, at + 1).font_size for at in range(25)}
    assert len(sizes) == 1


@pytest.mark.parametrize("words", ["", "   "])
def test_a_text_of_nothing_is_left_as_it_is(
    stage: Any, called: Call, title: Any, words: str
) -> None:
    title("Words")

    fitted = stage.inject(
        {"type": "text", "layerName": "title", "value": words},
        called("layer-autoscale", layerName="title", type="fill"),
    )

    assert (document(fitted).text, document(fitted).font_size) == (words, 24)


def test_a_text_in_a_turned_and_scaled_parent_fits_where_it_is_seen(
    stage: Any, called: Call, title: Any
) -> None:
    layer = title("Words along the left side")
    comp = layer.containing_comp
    comp.width, comp.height = 60, 240
    handle = comp.add_null()
    handle.transform["ADBE Position"].value = [20, 10, 0]
    handle.transform["ADBE Anchor Point"].value = [0, 0, 0]
    handle.transform["ADBE Rotate Z"].value = 90
    handle.transform["ADBE Scale"].value = [50, 50, 100]
    layer.set_parent_with_jump(handle)
    layer.transform["ADBE Position"].value = [0, 0, 0]

    picture = stage.frame(called("layer-autoscale", layerName="title", type="fill"))

    rows = np.nonzero(picture.max(axis=2) > 100)[0]
    assert 225 <= rows.max() + 1 < 240


def test_no_word_is_broken_to_fit_a_box(stage: Any, called: Call) -> None:
    comp = stage.comp(size=(240, 120))
    layer = comp.add_box_text([60, 100], "Incomprehensibilities a b")
    layer.name = "title"
    source = layer.text["ADBE Text Document"].value
    source.font, source.font_size, source.fill_color = "LiberationSans", 24, [1.0, 1.0, 1.0]
    layer.transform["ADBE Position"].value = [120, 60, 0]

    fitted = stage.inject(called("layer-autoscale", layerName="title", type="fill"))
    rows = np.nonzero(stage.draw(fitted).max(axis=2).max(axis=1) > 100)[0]

    # The word on one line and the letters on another, with a gap between.
    assert document(fitted).font_size < 9
    assert np.count_nonzero(np.diff(rows) > 1) == 1


def test_a_vertical_text_is_refused(stage: Any, called: Call) -> None:
    layer = stage.comp(size=(60, 240)).add_vertical_text("Words")
    layer.name = "title"

    with pytest.raises(InjectionError, match="vertical text, which cannot be fitted"):
        stage.inject(called("layer-autoscale", layerName="title", type="fit"))


def test_a_font_that_is_not_here_is_said_to_be_measured_with_another(
    stage: Any, called: Call, title: Any
) -> None:
    title("Words", font="NoSuchFont-Bold")

    stage.inject(called("layer-autoscale", layerName="title", type="fill"))

    (warning,) = stage.said
    assert 'font "NoSuchFont-Bold" is missing' in warning
    assert "measured with LiberationSans-Bold" in warning


@pytest.mark.parametrize(
    ("name", "stand_in"),
    [
        ("NoSuch", "LiberationSans-Regular"),
        ("NoSuchMono-BoldOblique", "LiberationMono-BoldItalic"),
        ("TimesNewRomanPS-ItalicMT", "LiberationSerif-Italic"),
        ("SourceSansSerif-Black", "LiberationSans-Bold"),
    ],
)
def test_stand_ins_are_of_the_same_kind(
    name: str, stand_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_container.injection.fonts.resolve_postscript", lambda _: None)

    face = Fonts().face(name)

    assert face.stands_in == stand_in
    assert (STAND_INS / f"{stand_in}.ttf").is_file()


def renamed(source: str, name: str, path: Path) -> None:
    """A font of ours under a PostScript name that nobody has."""
    with TTFont(STAND_INS / f"{source}.ttf") as font:
        font["name"].setName(name, 6, 3, 1, 0x409)
        font["name"].setName(name, 6, 1, 0, 0)
        font.save(path)


def test_fonts_beside_the_project_and_in_given_folders_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_container.injection.fonts.resolve_postscript", lambda _: None)
    given, named, none = (tmp_path / name for name in ("given", "named", "none"))
    for folder, name in ((given, "GivenMono"), (named, "NamedMono")):
        folder.mkdir()
        renamed("LiberationMono-Regular", name, folder / "font.ttf")
    (given / "broken.ttf").write_bytes(b"\0\1\0\0" + bytes(50))
    (given / "empty.otf").touch()
    monkeypatch.setenv("INTARSIA_FONTS", str(named))

    fonts = Fonts([given, none])

    assert fonts.face("GivenMono").stands_in is None
    assert fonts.face("NamedMono").stands_in is None
    assert fonts.face("NobodysSans").stands_in == "LiberationSans-Regular"
    assert fonts.face("LiberationSans").stands_in is None, "that one comes along"


def test_a_plan_is_given_the_jobs_fonts(
    stage: Any, called: Call, title: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_container.injection.fonts.resolve_postscript", lambda _: None)
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    renamed("LiberationMono-Regular", "HouseMono", fonts / "a.ttf")
    title("Words", font="HouseMono")
    project = tmp_path / "project"
    project.mkdir()
    stage.project.save(project / "t.aep")
    fit = called("layer-autoscale", layerName="title", type="fill")
    plan = build_plan(ASSETS.validate_python([fit]), {})

    with_fonts = apply_plan(project / "t.aep", plan, project / "a.aep", fonts=[fonts])
    without = apply_plan(project / "t.aep", plan, project / "b.aep")

    assert with_fonts.warnings == []
    assert len(without.warnings) == 1


def test_a_text_that_flies_in_is_measured_where_it_rests(
    stage: Any, called: Call, title: Any
) -> None:
    layer = title("A rather long line of words")
    position = layer.transform["ADBE Position"]
    position.set_value_at_time(0.0, [150.0, 40.0, 0.0])
    position.set_value_at_time(0.2, [20.0, 40.0, 0.0])
    fit = called("layer-autoscale", layerName="title", type="fill")

    # Flown in from the right, it is measured where it rests.
    assert 230 <= right_edge(stage.frame(fit, frame=10)) < 240


def test_a_layer_that_never_comes_in_gets_the_whole_width(
    stage: Any, called: Call, title: Any
) -> None:
    title("Words").transform["ADBE Position"].value = [-300, 40, 0]

    fitted = stage.inject(
        called("layer-autoscale", layerName="title", type="fill"),
        {"type": "data", "layerName": "title", "property": "Position", "value": [0, 50]},
    )

    assert 230 <= right_edge(stage.draw(fitted)) < 240
    assert Image.open(fitted.with_suffix(".main.0.png")).size == (240, 60)
