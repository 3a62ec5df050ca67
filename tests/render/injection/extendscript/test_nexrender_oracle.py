"""nexrender's own script for the same assets, in the same After Effects: alike where it is right.

Each test of a fault shows it in nexrender's script and that ours does not have it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest
import quickjs  # type: ignore[import-untyped]

from tests.render.injection.extendscript.conftest import Stage
from tests.render.injection.extendscript.dom.state import differences, state_of
from tests.render.injection.extendscript.dom.world import Habits, World
from tests.support.javascript import JavaScript

LOG = "var gAECommandLineRenderer = {log_file: {writeln: function () {}}}; var ran = 0;"
# Arrays shorter than a property's value are taken in the field: nexrender's users write them.
FIELD = Habits(strict=False)

Theirs = Callable[..., World]


@pytest.fixture
def theirs(stage: Stage, javascript: JavaScript) -> Theirs:
    """After Effects once nexrender's script for the assets has run in the stage's project."""

    def run(
        *assets: dict[str, Any], files: dict[int, Path] | None = None, **template: Any
    ) -> World:
        world = World(py_aep.parse(stage.save()).project, habits=FIELD)
        world.run(LOG)
        world.run(javascript("nexrender", job_of(*assets, files=files, **template)))
        return world

    return run


def job_of(
    *assets: dict[str, Any], files: dict[int, Path] | None = None, **template: Any
) -> dict[str, Any]:
    """Return nexrender's job with these assets."""
    placed = [
        {**asset, "dest": str(files[number])} if files and number in files else asset
        for number, asset in enumerate(assets)
    ]
    return {"uid": "job", "template": {"composition": "main", **template}, "assets": placed}


def thrown(action: Callable[[], Any]) -> str:
    """What a script throws."""
    with pytest.raises(quickjs.JSException) as caught:
        action()
    return str(caught.value).splitlines()[0]


def text_of(layer: Any) -> str:
    return str(layer.text["ADBE Text Document"].value.text)


def image(layer: str, **more: Any) -> dict[str, Any]:
    return {"type": "image", "src": "https://example.com/a", "layerName": layer, **more}


def data(layer: str | int, path: str, value: Any, **more: Any) -> dict[str, Any]:
    target = {"layerIndex": layer} if isinstance(layer, int) else {"layerName": layer}
    return {"type": "data", **target, "property": path, "value": value, **more}


def test_where_nexrender_is_right_both_scripts_make_the_same_project(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    comp, inner = stage.comp(), stage.comp("inner")
    comp.add_text("Hello").name = "title"
    comp.add(inner).name = "Inner"
    still = stage.project.import_file(py_aep.ImportOptions(media / "blue.jpg"))
    comp.add(still).name = "photo"
    inner.add_text("Small").name = "title"
    inner.add_solid([1.0, 0.0, 0.0], "Red", 10, 10).name = "plate"
    assets = (
        data("title", "Source Text", "Welcome \U0001f600", composition="main"),
        data("title", "Source Text.fontSize", 31, composition="main->inner"),
        data("plate", "Transform.Opacity", 40),
        data("plate", "Position", [10, 20]),
        data("title", "Rotation", None, expression="time * 30") | {"composition": "inner"},
        data(1, "Scale", [50, 60], composition="inner"),
        data("title", "enabled", False, composition="inner"),
        image("photo"),
    )
    given = [{key: item for key, item in asset.items() if item is not None} for asset in assets]
    files = {len(assets) - 1: media / "red.png"}

    ours = stage.inject(*given, files=files)
    world = theirs(*given, files=files)

    assert list(differences(state_of(ours), state_of(world.project))) == []
    changed = list(differences(state_of(ours), state_of(stage.project)))
    assert len(changed) > len(assets), "nothing was compared"


def test_trap_1_a_layer_that_is_renamed_by_its_footage_is_found_all_the_same(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    stage.comp().add(stage.project.import_file(py_aep.ImportOptions(media / "blue.jpg")))
    assets = (image("blue.jpg"), data("blue.jpg", "Opacity", 40))
    files = {0: media / "red.png"}

    assert "Couldn't find any layers" in thrown(lambda: theirs(*assets, files=files))

    (layer,) = stage.inject(*assets, files=files).compositions[0].layers
    assert (layer.name, layer.source.name) == ("blue.jpg", "red.png")
    assert layer.transform["ADBE Opacity"].value == 40


def test_trap_2_a_file_with_two_quotes_in_its_name_is_a_file(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    stage.comp().add_solid([1.0, 0.0, 0.0], "Red", 10, 10).name = "photo"
    files = {0: media / "it's a 'quoted' \"name\".png"}

    assert "SyntaxError" in thrown(lambda: theirs(image("photo"), files=files))

    (layer,) = stage.inject(image("photo"), files=files).compositions[0].layers
    assert layer.source.name == files[0].name


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_trap_3_line_separators_are_text(stage: Stage, theirs: Theirs, separator: str) -> None:
    stage.comp().add_text("Hello").name = "title"
    asset = data("title", "Source Text", f"one{separator}two")

    assert "SyntaxError" in thrown(lambda: theirs(asset))

    (layer,) = stage.inject(asset).compositions[0].layers
    assert text_of(layer) == f"one{separator}two"


def test_trap_4_no_field_is_code(stage: Stage, theirs: Theirs) -> None:
    stage.comp().add_text("Hello").name = "title"
    index = {**data("title", "Opacity", 1), "layerName": None, "layerIndex": "(ran = 1)"}
    assert theirs(index).run("ran") == 1
    asset = data("title", "Opacity", 1)
    assert theirs(asset, composition="'+(ran=2)+'").run("ran") == 2
    assert theirs(asset, continueOnMissing="(ran = 3)").run("ran") == 3

    with pytest.raises(ValueError, match="layerIndex"):
        stage.plan(index)
    problems = stage.inject({**asset, "composition": "'+(ran=2)+'"})
    assert [field for field, _ in problems] == ["assets[0].composition"]


def test_trap_5_footage_that_is_replaced_stays_with_the_layers_that_use_it_too(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    comp = stage.comp()
    still = stage.project.import_file(py_aep.ImportOptions(media / "blue.jpg"))
    comp.add(still).name = "other"
    comp.add(still).name = "photo"
    files = {0: media / "red.png"}

    left = theirs(image("photo", removeOld=True), files=files).project.compositions[0].layers
    assert [layer.name for layer in left] == ["photo"]

    photo, other = stage.inject(image("photo"), files=files).compositions[0].layers
    assert (photo.source.name, other.source.name) == ("red.png", "blue.jpg")


def test_trap_6_a_composition_and_layers_of_one_name_are_told_apart(
    stage: Stage, theirs: Theirs
) -> None:
    comp, same = stage.comp(), stage.comp("same. name ")
    comp.add_text("Hello").name = "same. name "
    comp.add(same)
    same.add_text("Small").name = "same. name "
    asset = data("same. name ", "Source Text", "new", composition="main")

    # nexrender takes the layer that shows the composition for a text too.
    assert "Can't find a property sequence" in thrown(lambda: theirs(asset))

    made = stage.inject(asset)
    (main,) = [comp for comp in made.compositions if comp.name == "main"]
    (inner,) = [comp for comp in made.compositions if comp.name != "main"]
    assert [text_of(layer) for layer in main.layers if layer.text is not None] == ["new"]
    assert text_of(inner.layers[0]) == "Small"


def test_trap_7_footage_for_a_text_layer_is_refused_in_words(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    stage.comp().add_text("Hello").name = "title"
    files = {0: media / "red.png"}

    assert "has no source" in thrown(lambda: theirs(image("title"), files=files))

    ((field, message),) = stage.inject(image("title"), files=files)
    assert field == "assets[0].layerName"
    assert "is a text layer, which has no footage to replace" in message


def test_trap_8_every_tree_of_equal_names_is_met(stage: Stage, theirs: Theirs) -> None:
    for _ in range(2):
        outer, middle, inner = (stage.comp(name) for name in "ABC")
        outer.add(middle)
        middle.add(inner)
        inner.add_text("old").name = "title"
    asset = data("title", "Source Text", "new", composition="A->B->C")

    def texts(project: Any) -> list[str]:
        return sorted(text_of(comp.layers[0]) for comp in project.compositions if comp.name == "C")

    assert texts(theirs(asset).project) == ["new", "old"]
    assert texts(stage.inject(asset)) == ["new", "new"]


def test_trap_9_a_value_and_an_expression_are_both_set(stage: Stage, theirs: Theirs) -> None:
    stage.comp().add_text("Hello").name = "title"
    asset = data("title", "Opacity", 40, expression="value / 2")

    def opacity(project: Any) -> tuple[float, str]:
        found = project.compositions[0].layers[0].transform["ADBE Opacity"]
        return found.value, found.expression

    assert opacity(theirs(asset).project) == (100.0, "value / 2")
    assert opacity(stage.inject(asset)) == (40.0, "value / 2")


def test_trap_10_a_property_with_keyframes_is_refused_before_anything_is_changed(
    stage: Stage, theirs: Theirs
) -> None:
    layer = stage.comp().add_text("Hello")
    layer.name = "title"
    layer.transform["ADBE Opacity"].set_value_at_time(0.0, 0.0)
    layer.transform["ADBE Opacity"].set_value_at_time(1.0, 100.0)
    asset = data("title", "Opacity", 40)

    assert "with keyframes" in thrown(lambda: theirs(asset))

    ((field, message),) = stage.inject(data("title", "Source Text", "new"), asset)
    assert field == "assets[1].property"
    assert "has keyframes" in message


def test_trap_11_an_index_that_only_some_compositions_have_is_set_in_those(
    stage: Stage, theirs: Theirs
) -> None:
    large, small = stage.comp(), stage.comp("small")
    for comp, count in ((large, 2), (small, 1)):
        for _ in range(count):
            comp.add_text("Hello")
    asset = data(2, "Opacity", 40, composition="*")

    assert "out of range" in thrown(lambda: theirs(asset))

    (main,) = [comp for comp in stage.inject(asset).compositions if comp.name == "main"]
    assert main.layers[1].transform["ADBE Opacity"].value == 40


def test_trap_17_a_layer_with_a_name_of_its_own_is_found_by_its_sources_too(
    stage: Stage, theirs: Theirs, media: Path
) -> None:
    still = stage.project.import_file(py_aep.ImportOptions(media / "blue.jpg"))
    stage.comp().add(still).name = "photo"
    asset = data("blue.jpg", "Opacity", 40)

    assert "Couldn't find any layers" in thrown(lambda: theirs(asset))

    (layer,) = stage.inject(asset).compositions[0].layers
    assert layer.transform["ADBE Opacity"].value == 40
