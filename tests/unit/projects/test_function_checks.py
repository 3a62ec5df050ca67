"""What is said of functions and scripts before anything is rendered."""

from pathlib import Path
from typing import Any

import py_aep
import pytest
from pydantic import TypeAdapter

from intarsia.domain.nested import RequestAsset
from intarsia.projects.checks import check_assets
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.functions import frames_with
from intarsia.projects.reader import read_in_process

ASSETS: TypeAdapter[list[RequestAsset]] = TypeAdapter(list[RequestAsset])


def checked(
    facts: ProjectFacts, *assets: dict[str, Any], has_after_effects: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    """Messages of problems and of warnings, by their fields."""
    found = check_assets(
        facts, ASSETS.validate_python(list(assets)), has_after_effects=has_after_effects
    )
    problems, warnings = ({item.field: item.message for item in items} for items in found)
    return problems, warnings


def call(name: str, **params: Any) -> dict[str, Any]:
    return {"type": "function", "name": f"nx:{name}", "params": params}


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> ProjectFacts:
    """main, 2 s: `grows` (scale keyframed), `follows` (position by expression), `child` (has a
    parent), `backwards` (stretched to -100 %), `typed` (text keyframed), `still` (nothing).
    """
    project = py_aep.new().project
    comp = project.root_folder.add_comp("main", 64, 48, 1.0, 2.0, 25.0)
    still, child, grows, follows, backwards = (
        comp.add_solid([1.0, 0.0, 0.0], name, 10, 10)
        for name in ("still", "child", "grows", "follows", "backwards")
    )
    child.parent = still
    for time, size in ((0.0, 50.0), (1.0, 100.0)):
        grows.transform["ADBE Scale"].set_value_at_time(time, [size, size, 100.0])
    follows.transform["ADBE Position"].expression = "[time, 0]"
    backwards.stretch = -100
    typed = comp.add_text("a")
    typed.name = "typed"
    document = typed.text["ADBE Text Document"]
    document.set_value_at_time(0.0, document.value)
    path: Path = tmp_path_factory.mktemp("moving") / "moving.aep"
    project.save(path)
    return read_in_process(path)


def test_functions_that_are_right(facts: ProjectFacts) -> None:
    assert checked(
        facts,
        call("layer-autoscale", layerName=["photo.png", "card", "title"], type="fill"),
        call("layer-autoscale", composition="card", layerName="Plate", type="fit"),
        call("layer-duration-set", layerName="camera", value=1),
        call("layer-start-set", layerName="title", value=-1),
        call("layer-state-set", layerName="Panel", visible=False),
        call("solid-color-set", composition="main->card", layerName="Plate", color="#123456"),
        call("text-params-set", layerName="title", textValue="Hi", tracking=20, fontSize=12),
        call("comp-duration-set", composition="card", value=0.5),
        call("layer-remove", layerName="Controls"),
    ) == ({}, {})


@pytest.mark.parametrize(
    ("asset", "field", "message"),
    [
        (call("layer-remove", layerName="tilte"), "layerName", 'did you mean "title"?'),
        (call("layer-remove", layerName=["title", "crad"]), "layerName", 'did you mean "card"?'),
        (
            call("layer-state-set", layerName="title", composition="mian", state="hidden"),
            "composition",
            'did you mean "main"?',
        ),
        (
            call("comp-duration-set", composition="crad", value=1),
            "composition",
            'did you mean "card"?',
        ),
        (
            call("solid-color-set", layerName="title", color="#fff"),
            "layerName",
            "is not a solid but a text layer",
        ),
        (
            call("solid-color-set", layerName="card", color="#fff"),
            "layerName",
            "is not a solid but a precomposition",
        ),
        (
            call("solid-color-set", layerName="Controls", color="#fff"),
            "layerName",
            "is not a solid but a null layer",
        ),
        (
            call("text-params-set", layerName="Plate", textValue="x"),
            "layerName",
            "is not a text layer but a solid",
        ),
        (
            call("text-params-set", layerName="title", justification="MIDDLE"),
            "justification",
            "takes one of LEFT_JUSTIFY",
        ),
        (
            call("text-params-set", layerName="title", textValue="a\0b"),
            "textValue",
            "NUL",
        ),
        (call("layer-autoscale", layerName="Panel"), "layerName", "has no size of its own"),
        (call("layer-autoscale", layerName="Controls"), "layerName", "has no size of its own"),
        (call("layer-autoscale", layerName="camera"), "layerName", "has no size of its own"),
    ],
)
def test_functions_that_are_wrong(
    facts: ProjectFacts, asset: dict[str, Any], field: str, message: str
) -> None:
    right = call("layer-state-set", layerName="title", visible=True)

    problems, _ = checked(facts, right, asset)

    assert list(problems) == [f"assets[1].params.{field}"]
    assert message in problems[f"assets[1].params.{field}"]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("grows", "has keyframes on Scale"),
        ("follows", "has an expression on Position"),
        ("child", "has a parent"),
        ("typed", "has keyframes on its text"),
    ],
)
def test_a_layer_whose_size_something_else_decides_is_not_scaled(
    moving: ProjectFacts, layer: str, message: str
) -> None:
    problems, _ = checked(moving, call("layer-autoscale", layerName=layer, type="fit"))

    assert message in problems["assets[0].params.layerName"]


def test_a_layer_that_plays_backwards_is_given_no_duration(moving: ProjectFacts) -> None:
    problems, _ = checked(moving, call("layer-duration-set", layerName="backwards", value=1))

    assert "plays backwards" in problems["assets[0].params.layerName"]


def test_of_layers_of_one_name_those_that_can_are_enough(moving: ProjectFacts) -> None:
    twins = tuple(
        layer.model_copy(update={"name": "still"}) if layer.name == "child" else layer
        for layer in moving.layers
    )
    facts = moving.model_copy(update={"layers": twins})

    problems, warnings = checked(facts, call("layer-autoscale", layerName="still", type="fit"))

    assert problems == {}
    assert "has a parent" in warnings["assets[0].params.layerName"]


def test_a_layer_moved_behind_the_end_is_warned_of(facts: ProjectFacts) -> None:
    problems, warnings = checked(facts, call("layer-start-set", layerName="title", value=2))

    assert problems == {}
    assert warnings["assets[0].params.value"] == (
        'layer "title" will not be visible: its composition ends at 2 s'
    )


GENERATED = {"provider": "fal", "key": "${secrets.K}", "model": "a/b", "type": "image"}


@pytest.mark.parametrize("has_after_effects", [True, False])
def test_what_is_generated_goes_into_a_layer_with_footage(
    facts: ProjectFacts, has_after_effects: bool
) -> None:
    asset = call("genai", layerName=["photo.png", "Plate"], **GENERATED)

    assert checked(facts, asset, has_after_effects=has_after_effects) == ({}, {})


@pytest.mark.parametrize(
    ("layer", "composition", "field", "message"),
    [
        ("foto.png", None, "layerName", 'did you mean "photo.png"'),
        (["photo.png", "title"], None, "layerName", "no footage to replace"),
        ("Controls", None, "layerName", "is a null"),
        ("photo.png", "mein", "composition", 'did you mean "main"'),
    ],
)
def test_a_layer_that_takes_no_footage_gets_nothing_generated(
    facts: ProjectFacts, layer: Any, composition: str | None, field: str, message: str
) -> None:
    asset = call("gen-ai", layerName=layer, composition=composition, **GENERATED)

    problems, _ = checked(facts, asset)

    assert message in problems[f"assets[0].params.{field}"]


def test_a_script_needs_after_effects(facts: ProjectFacts) -> None:
    script = {"type": "script", "value": "app.beep()"}

    assert checked(facts, script) == ({}, {})
    problems, _ = checked(facts, script, has_after_effects=False)
    assert list(problems) == ["assets[0].type"]
    assert "needs After Effects" in problems["assets[0].type"]


@pytest.mark.parametrize(
    ("calls", "frames"),
    [
        ([], {"main": 50, "card": 30}),
        ([("main", 1.0)], {"main": 25, "card": 30}),
        ([("main->card", 3.0), ("main", 0.01)], {"main": 1, "card": 90}),
        ([("*", 0.5), ("card", 1.99)], {"main": 13, "card": 60}),
    ],
)
def test_how_long_a_composition_will_be_is_known_beforehand(
    project: Path,
    facts: ProjectFacts,
    tmp_path: Path,
    calls: list[tuple[str, float]],
    frames: dict[str, int],
) -> None:
    assets = ASSETS.validate_python(
        [call("comp-duration-set", composition=name, value=value) for name, value in calls]
    )
    opened = py_aep.parse(project).project
    for name, value in calls:
        for comp in opened.compositions:
            if name in {"*", comp.name} or name.endswith(f">{comp.name}"):
                comp.duration = value
    opened.save(tmp_path / "saved.aep")

    real = {comp.name: comp.frames for comp in read_in_process(tmp_path / "saved.aep").compositions}
    assert {comp.name: frames_with(facts, comp, assets) for comp in facts.compositions} == frames
    assert real == frames
