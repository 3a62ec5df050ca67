"""What After Effects is told: every target found, every value fitted, nothing but ASCII."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest
import quickjs  # type: ignore[import-untyped]
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from render_container.injection.errors import InjectionError
from render_container.injection.inside import InsidePlan, prepare_inside
from render_container.injection.plan import build_plan
from render_container.injection.result import InsideError, read_result
from tests.render.injection.extendscript.dom.injectors import RENDERER, RUNTIME
from tests.render.injection.extendscript.dom.world import World

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
FIND = 'gAECommandLineRenderer.GetFirstQueuedRQItemWithName("main"); 0'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """main: 1 `title` (text with a fill), 2 `Controls` (a null with two sliders)."""
    project = py_aep.new().project
    main = project.root_folder.add_comp("main", 640, 360, 1.0, 2.0, 25.0)
    controls = main.add_null()
    controls.name = "Controls"
    for _ in range(2):
        controls.effects.add_property("ADBE Slider Control")
    main.add_text("Hello").name = "title"
    path = tmp_path / "template.aep"
    project.save(path)
    return path


def title(value: str) -> dict[str, Any]:
    return {"type": "text", "layerName": "title", "value": value}


def prepare(template: Path, *assets: dict[str, Any], **options: Any) -> InsidePlan:
    plan = build_plan(ASSETS.validate_python(list(assets)), {})
    return prepare_inside(template, plan, template.parent, **options)


def told(template: Path, *assets: dict[str, Any]) -> list[Any]:
    """The changes of every operation."""
    plan = json.loads(prepare(template, *assets).plan.read_text(encoding="ascii"))
    return [operation["changes"] for operation in plan["operations"]]


def opened(template: Path, prepared: InsidePlan) -> World:
    world = World(py_aep.parse(template).project, prepared.environment)
    world.run(RENDERER)
    world.run(RUNTIME.read_text())
    return world


def test_a_path_has_indexes_only_where_names_do_not_tell(template: Path) -> None:
    data = {"type": "data", "layerName": "Controls", "value": 3}
    ((change,),) = told(template, {**data, "property": "Effects->Slider Control 2->Slider"})

    assert change["property"]["path"] == [
        {"match_name": "ADBE Effect Parade", "index": None},
        {"match_name": "ADBE Slider Control", "index": 2},
        {"match_name": "ADBE Slider Control-0001", "index": None},
    ]
    assert change["property"]["target"]["layer"] == {
        "index": 2, "name": "Controls", "match_name": "ADBE AV Layer"
    }  # fmt: skip
    assert change["value"] == 3


def test_targets_have_the_names_of_the_template(template: Path) -> None:
    rename = {"type": "data", "layerName": "title", "property": "name", "value": "other"}

    changes = told(template, rename, title("x"))

    assert changes[1][0]["property"]["target"]["layer"]["name"] == "title"


def test_a_fitted_text_travels_as_a_size(template: Path) -> None:
    params = {"layerName": "title", "type": "fill", "maxFontSize": 20}
    fit = {"type": "function", "name": "nx:layer-autoscale", "params": params}

    changes = told(template, title("some text"), fit)

    assert changes[1][0]["runs"] == [
        {"start": None, "end": None, "font_size": 20.0, "leading": None}
    ]


def test_a_colour_is_shown_whatever_after_effects_does_by_itself(template: Path) -> None:
    params = {"layerName": "title", "strokeColor": [1, 0, 0]}
    ((change,),) = told(
        template, {"type": "function", "name": "nx:text-params-set", "params": params}
    )

    assert [item["name"] for item in change["attributes"]] == ["strokeColor", "applyStroke"]


def test_every_problem_is_told_and_nothing_is_written(template: Path) -> None:
    with pytest.raises(InjectionError) as caught:
        prepare(template, {**title("x"), "layerName": "titel"}, title("a\0b"))

    assert [item.field for item in caught.value.problems] == [
        "assets[0].layerName",
        "assets[1].value",
    ]
    assert list(template.parent.iterdir()) == [template]


def renamed(project: Any) -> None:
    project.compositions[0].layers[0].name = "other"


def moved(project: Any) -> None:
    project.compositions[0].name = "other"


def without_effects(project: Any) -> None:
    project.compositions[0].layers[1].effects.properties[1].remove()


def with_another_effect(project: Any) -> None:
    without_effects(project)
    project.compositions[0].layers[1].effects.add_property("ADBE Color Control")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (with_another_effect, ["assets[1].property"]),
        (renamed, ["assets[0].layerName"]),
        (moved, ["assets[0].composition", "assets[1].composition"]),
        (without_effects, ["assets[1].property"]),
    ],
)
def test_what_differs_from_what_was_read_is_refused_before_anything_is_changed(
    template: Path, change: Callable[[Any], None], fields: list[str]
) -> None:
    data = {"type": "data", "layerName": "Controls", "value": 3}
    slider = {**data, "property": "Effects->Slider Control 2->Slider"}
    prepared = prepare(template, title("changed"), slider)
    world = opened(template, prepared)
    change(world.project)

    with pytest.raises(quickjs.JSException, match="the plan was refused"):
        world.run(FIND)

    with pytest.raises(InsideError) as caught:
        read_result(prepared.result, prepared)
    assert caught.value.kind == "configuration"
    assert [item.field for item in caught.value.problems] == fields
    text = world.project.compositions[0].layers[0].text.source_text.value.text
    assert text == "Hello"
    if change is with_another_effect:
        assert "is ADBE Color Control in After Effects, not ADBE Slider Control" in str(
            caught.value
        )


def test_a_plan_is_applied_once_and_aerender_goes_on_as_before(template: Path) -> None:
    more = {"type": "script", "value": "app.project.item(1).comment += 'once';"}
    world = opened(template, prepare(template, title("x"), more))

    world.run(FIND)
    world.run("var got = gAECommandLineRenderer.AddCompToRenderQueue('main'); 0")

    assert world.run("got.comp + ' ' + gAECommandLineRenderer.calls.join(';')") == (
        "main find,main;add,main"
    )
    assert world.project.compositions[0].comment == "once"


@pytest.mark.parametrize(("whole", "span"), [(True, "0 2"), (False, "5 6")])
def test_a_whole_render_spans_the_composition(template: Path, whole: bool, span: str) -> None:
    world = opened(template, prepare(template, title("x"), whole=whole))

    world.run(
        "var item = {timeSpanStart: 5, timeSpanDuration: 6, comp: app.project.item(1)};"
        "gAECommandLineRenderer.EstablishAsOnlyQueuedItem(item); 0"
    )

    assert world.run("item.timeSpanStart + ' ' + item.timeSpanDuration") == span


def test_without_a_plan_nothing_is_wrapped(template: Path) -> None:
    world = World(py_aep.parse(template).project, {})
    world.run(RENDERER)
    world.run("var before = gAECommandLineRenderer.AddCompToRenderQueue; 0")
    world.run(RUNTIME.read_text())

    assert world.run("before === gAECommandLineRenderer.AddCompToRenderQueue")


def test_without_the_hook_it_is_the_installations_matter(template: Path) -> None:
    prepared = prepare(template, title("x"))

    with pytest.raises(InsideError) as caught:
        read_result(prepared.result, prepared)
    assert caught.value.kind == "configuration"
    assert "Scripts/Startup" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"token": "0" * 32},
        {"applied": 0},
        {"of": 7},
        {"status": "done"},
        {"warnings": [{"field": "a"}]},
        {"applied": True},
        {"composition": {"name": "main"}},
        {"warnings": "x" * (3 << 20)},
    ],
)
def test_a_result_that_is_not_the_startup_scripts_is_not_believed(
    template: Path, change: dict[str, Any]
) -> None:
    prepared = prepare(template, title("x"))
    opened(template, prepared).run(FIND)
    result = json.loads(prepared.result.read_text())
    assert read_result(prepared.result, prepared).applied == 1

    prepared.result.write_text(json.dumps(result | change))

    with pytest.raises(InsideError) as caught:
        read_result(prepared.result, prepared)
    assert caught.value.kind == "configuration"
