"""What functions, scripts and essential assets become in a plan."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from intarsia.domain.functions import PARAMS
from intarsia.domain.nested import ManifestAsset
from render_container.injection.errors import InjectionError
from render_container.injection.plan import (
    Call,
    Plan,
    ReplaceFootage,
    RunScript,
    ScriptParameter,
    SetEssential,
    SetValue,
    Target,
    build_plan,
)

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
PARAMS_OF: dict[str, dict[str, Any]] = {
    "nx:layer-autoscale": {"type": "fill", "maxFontSize": 40},
    "nx:layer-duration-set": {"value": 2.5},
    "nx:layer-start-set": {"value": -1},
    "nx:layer-state-set": {"state": "hidden"},
    "nx:solid-color-set": {"color": "#102030"},
    "nx:layer-remove": {},
}


def planned(*assets: dict[str, Any], files: dict[int, Path] | None = None) -> Plan:
    return build_plan(ASSETS.validate_python(list(assets)), files or {})


def call(name: str, **params: Any) -> dict[str, Any]:
    return {"type": "function", "name": name, "params": params}


def test_every_function_is_planned() -> None:
    apart = {"nx:text-params-set", "nx:comp-duration-set", "nx:genai"}
    assert set(PARAMS_OF) | apart == set(PARAMS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PARAMS_OF)),
            st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=4),
        ),
        max_size=4,
    )
)
def test_a_call_for_each_layer_in_order_survives_ascii_json(
    calls: list[tuple[str, list[str]]],
) -> None:
    plan = planned(*(call(name, layerName=names, **PARAMS_OF[name]) for name, names in calls))

    told = [
        (item.field, item.function.name, item.target)
        for item in plan.operations
        if isinstance(item, Call)
    ]
    assert told == [
        (f"assets[{number}].params", name, Target(layer_name=layer))
        for number, (name, names) in enumerate(calls)
        for layer in names
    ]
    text = plan.to_json()
    assert text.isascii()
    assert Plan.from_json(text) == plan


def test_a_function_of_a_composition_has_no_layer() -> None:
    (operation,) = planned(call("nx:comp-duration-set", composition="main", value=3)).operations

    assert isinstance(operation, Call)
    assert operation.target is None


def test_text_params_become_values_of_each_text() -> None:
    plan = planned(
        call(
            "nx:text-params-set", layerName=["a", "b"], textValue="Hi", fontSize=9, fillColor="#f00"
        )
    )

    assert [
        (item.target.layer_name, item.property, item.value)
        for item in plan.operations
        if isinstance(item, SetValue)
    ] == [
        (layer, path, value)
        for layer in ("a", "b")
        for path, value in (
            ("ADBE Text Document", "Hi"),
            ("ADBE Text Document.fontSize", 9),
            ("ADBE Text Document.fillColor", [1.0, 0.0, 0.0]),
        )
    ]


def test_an_essential_asset_names_its_field() -> None:
    asset = {"type": "essential", "layerName": "G.F", "composition": "main", "value": True}

    assert planned(asset).operations == (
        SetEssential(field="assets[0]", composition="main", name="G.F", value=True),
    )


def test_a_script_carries_its_text_or_its_file() -> None:
    more = {"keyword": "AE", "parameters": [{"key": "a", "value": [1]}], "globalDefaultValue": 0}
    plan = planned(
        {"type": "script", "value": "one"},
        {"type": "script", "src": "data:,two"},
        {"type": "script", "src": "https://example.org/three.jsx", **more},
        files={1: Path("not this"), 2: Path("three.jsx")},
    )

    assert plan.operations == (
        RunScript(field="assets[0]", text="one", keyword="NX"),
        RunScript(field="assets[1]", text="two", keyword="NX"),
        RunScript(
            field="assets[2]",
            path=Path("three.jsx"),
            keyword="AE",
            parameters=(ScriptParameter(key="a", value=[1]),),
            default=0,
        ),
    )
    assert Plan.from_json(plan.to_json()) == plan


GENERATED = {"provider": "fal", "key": "k", "model": "a/b", "type": "video"}


def test_what_is_generated_replaces_the_footage_of_every_layer_named() -> None:
    file = Path("asset-0.mp4")
    params = {**GENERATED, "layerName": ["a", "b"], "composition": "main"}

    plan = planned(call("nx:genai", **params), files={0: file})

    assert plan.operations == tuple(
        ReplaceFootage(
            field="assets[0].params",
            target=Target(composition="main", layer_name=name),
            path=file,
            kind="video",
        )
        for name in ("a", "b")
    )


def test_what_cannot_be_planned_is_told_all_at_once() -> None:
    with pytest.raises(InjectionError) as caught:
        planned(
            {"type": "script", "src": "https://example.org/a.jsx"},
            call("nx:genai", layerName="a", **GENERATED),
        )

    told = {problem.field: problem.message for problem in caught.value.problems}
    assert told["assets[0]"] == "the file of the script is missing"
    assert told["assets[1].params"] == 'the generated file for layer "a" is missing'
