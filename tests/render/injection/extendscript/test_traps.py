"""What is known to go wrong with injection inside After Effects, each as a test that notices it.

Those that nexrender's own script shows are in test_nexrender_oracle.py.
"""

import json
import re
from pathlib import Path
from typing import Any

import py_aep
import pytest
from py_aep import TrackMatteType

from render_container.injection.inside import prepare_inside
from render_container.injection.plan import Plan, SetValue, Target
from tests.render.injection.extendscript.conftest import MEDIA, Stage
from tests.render.injection.extendscript.dom.injectors import RENDERER, RUNTIME
from tests.render.injection.extendscript.dom.world import Habits, World

HOSTILE = (
    "'); app.quit(); ('", '\\"); ran = 1; //', "$& $1 $`", "</script>", "\u2028ran = 1\u2029",
    "%27%22%0a", "*/ ran = 1 /*", "\r\nran = 1", "\\", "\\u0027",
)  # fmt: skip


def image(layer: str) -> dict[str, Any]:
    return {"type": "image", "src": "https://example.com/a", "layerName": layer}


def data(layer: str, path: str, value: Any) -> dict[str, Any]:
    return {"type": "data", "layerName": layer, "property": path, "value": value}


def text_of(layer: Any) -> str:
    return str(layer.text["ADBE Text Document"].value.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_code_wherever_it_stands(stage: Stage, tmp_path: Path, text: str) -> None:
    name = re.sub("[\r\n]", "", text)
    layer = stage.comp(name).add_text("Hello")
    layer.name = name
    plan = stage.plan(
        {**data(name, "Source Text", text), "composition": name},
        {"type": "data", "layerName": name, "property": "Opacity", "expression": text},
    )
    template = stage.save()
    prepared = prepare_inside(template, plan, tmp_path)
    written = prepared.plan.read_bytes()
    assert written.isascii()
    assert b"\n" not in written
    world = World(py_aep.parse(template).project, prepared.environment)
    world.run(RENDERER + RUNTIME.read_text(encoding="utf-8") + "; var ran = 0;")
    world.run("gAECommandLineRenderer.GetFirstQueuedRQItemWithName('main')")
    assert world.run("ran") == 0
    (made,) = world.project.compositions[0].layers
    assert text_of(made) == text.replace("\r\n", "\n")
    assert made.transform["ADBE Opacity"].expression == text


@pytest.mark.parametrize("name", [name for name, kind in MEDIA.items() if kind == "image"])
def test_any_file_name_is_a_file(stage: Stage, media: Path, name: str) -> None:
    stage.comp().add_solid([1.0, 0.0, 0.0], "Red", 10, 10).name = "photo"
    made = stage.inject(image("photo"), files={0: media / name})
    assert Path(str(made.compositions[0].layers[0].source.main_source.file)).name == name


def test_layers_are_found_before_any_of_them_goes(stage: Stage) -> None:
    comp = stage.comp()
    for name in ("c", "b", "a"):
        comp.add_text(name).name = name
    remove = {"type": "function", "name": "nx:layer-remove", "params": {"layerName": ["a", "b"]}}
    by_index = {"type": "data", "layerIndex": 3, "property": "Source Text", "value": "third"}
    (left,) = stage.inject(remove, by_index).compositions[0].layers
    assert (left.name, text_of(left)) == ("c", "third")


def test_a_trimmed_layer_starts_where_it_is_seen_first(stage: Stage) -> None:
    layer = stage.comp().add_solid([1.0, 0.0, 0.0], "Red", 10, 10)
    layer.name = "plate"
    layer.in_point = 0.2
    start = {
        "type": "function",
        "name": "nx:layer-start-set",
        "params": {"layerName": "plate", "value": 0.4},
    }
    (moved,) = stage.inject(start).compositions[0].layers
    assert (moved.in_point, moved.start_time) == pytest.approx((0.4, 0.2))


def test_a_renamed_layer_is_still_the_one_that_was_meant(stage: Stage) -> None:
    stage.comp().add_text("Hello").name = "title"
    made = stage.inject(data("title", "name", "other"), data("title", "Source Text", "new"))
    (layer,) = made.compositions[0].layers
    assert (layer.name, text_of(layer)) == ("other", "new")


def test_a_file_for_many_layers_is_imported_once(stage: Stage, media: Path) -> None:
    comp = stage.comp()
    for name in ("one", "two"):
        comp.add_solid([1.0, 0.0, 0.0], name, 10, 10).name = name
    files = {0: media / "red.png", 1: media / "red.png"}
    project = stage.inject(image("one"), image("two"), files=files)
    assert [item.name for item in project.footages].count("red.png") == 1


def test_a_solid_that_layers_share_is_copied_once_for_those_that_are_meant(stage: Stage) -> None:
    comp = stage.comp()
    shared = comp.add_solid([0.5, 0.5, 0.5], "Grey", 10, 10)
    for name in ("meant", "other", "meant"):
        comp.add(shared.source).name = name
    params = {"layerName": "meant", "color": [1, 0, 0]}
    made = stage.inject({"type": "function", "name": "nx:solid-color-set", "params": params})
    colours = {
        layer.name: layer.source.main_source.color[0] for layer in made.compositions[0].layers
    }
    assert colours == {"meant": 1.0, "other": 0.5, "Grey": 0.5}
    assert len(made.footages) == 2


def test_a_solid_that_an_asset_before_gave_a_file_is_refused(stage: Stage, media: Path) -> None:
    stage.comp().add_solid([1.0, 0.0, 0.0], "Red", 10, 10).name = "plate"
    params = {"layerName": "plate", "color": [1, 0, 0]}
    recolour = {"type": "function", "name": "nx:solid-color-set", "params": params}
    ((field, message),) = stage.inject(image("plate"), recolour, files={0: media / "red.png"})
    assert field == "assets[1].params"
    assert "no longer a solid" in message


def test_every_problem_is_told_at_once_and_nothing_is_changed(stage: Stage) -> None:
    stage.comp().add_text("Hello").name = "title"
    problems = stage.inject(
        data("title", "Source Text", "new"),
        data("titel", "Source Text", "new"),
        data("title", "Opacity", 200),
        data("title", "Sauce Text", "new"),
    )
    assert [field for field, _ in problems] == [
        "assets[1].layerName", "assets[2].value", "assets[3].property",
    ]  # fmt: skip


def test_a_file_that_is_none_is_refused_before_anything_is_changed(
    stage: Stage, media: Path
) -> None:
    stage.comp().add_solid([1.0, 0.0, 0.0], "Red", 10, 10).name = "photo"
    ((field, _),) = stage.inject(image("photo"), files={0: media / "broken.png"})
    assert field == "assets[0].src"


def test_a_matte_that_is_removed_leaves_no_layer_waiting(stage: Stage) -> None:
    comp = stage.comp()
    filled = comp.add_solid([1.0, 0.0, 0.0], "Red", 10, 10)
    filled.name = "filled"
    matte = comp.add_text("Matte")
    matte.name = "matte"
    filled.set_track_matte(matte, TrackMatteType.ALPHA)
    params = {"layerName": "matte"}
    made = stage.inject({"type": "function", "name": "nx:layer-remove", "params": params})
    (left,) = made.compositions[0].layers
    assert not left.has_track_matte


def test_a_locked_layer_is_changed_and_locked_again(stage: Stage) -> None:
    layer = stage.comp().add_text("Hello")
    layer.name = "title"
    layer.locked = True
    plan = stage.plan(data("title", "Source Text", "new"))
    made = stage.injectors.agree(stage.save(), plan, Habits(locks=True))
    (after,) = made.compositions[0].layers
    assert (text_of(after), after.locked) == ("new", True)


@pytest.fixture
def hooked(stage: Stage, tmp_path: Path) -> tuple[World, Path]:
    """After Effects with the hook in place and a plan; and where the result will be."""
    stage.comp().add_text("Hello").name = "title"
    template = stage.save()
    target = Target(layer_name="title")
    operation = SetValue(field="assets[0]", target=target, property="Source Text", value="new")
    prepared = prepare_inside(template, Plan(operations=(operation,)), tmp_path)
    world = World(py_aep.parse(template).project, prepared.environment)
    world.run(RENDERER)
    world.run(RUNTIME.read_text(encoding="utf-8"))
    return world, prepared.result


def test_the_plan_is_carried_out_once_whatever_aerender_calls(
    hooked: tuple[World, Path],
) -> None:
    world, result = hooked
    assert not result.exists(), "nothing happens before the project is open"
    world.run("gAECommandLineRenderer.GetFirstQueuedRQItemWithName('main')")
    first = result.read_bytes()
    result.unlink()
    world.run("gAECommandLineRenderer.AddCompToRenderQueue('main')")
    world.run("gAECommandLineRenderer.EstablishAsOnlyQueuedItem({comp: app.project.item(1)})")
    assert not result.exists()
    assert json.loads(first)["status"] == "applied"
    calls = "var c = gAECommandLineRenderer.calls; [c[0][0], c[1][0], c[2][0]].join()"
    assert world.run(calls) == "find,add,establish"


def test_a_project_that_is_not_the_one_that_was_read_is_not_touched(
    hooked: tuple[World, Path],
) -> None:
    world, result = hooked
    world.project.compositions[0].layers[0].name = "another"
    with pytest.raises(Exception, match="the plan was refused"):
        world.run("gAECommandLineRenderer.GetFirstQueuedRQItemWithName('main')")
    told = json.loads(result.read_bytes())
    assert (told["status"], told["problems"][0]["kind"]) == ("refused", "differs")
    assert text_of(world.project.compositions[0].layers[0]) == "Hello"


def test_without_a_plan_after_effects_is_as_it_was(stage: Stage) -> None:
    stage.comp()
    world = stage.world()
    world.run(RENDERER + "var before = gAECommandLineRenderer.AddCompToRenderQueue;")
    world.run(RUNTIME.read_text(encoding="utf-8"))
    assert world.run("before === gAECommandLineRenderer.AddCompToRenderQueue") is True
