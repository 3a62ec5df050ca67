"""Random functions on random layers, mixed with values set by index, against a small model."""

import tempfile
from pathlib import Path
from typing import Any

import py_aep
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from render_container.injection.offline import apply_plan
from render_container.injection.plan import build_plan
from tests.support import campaign

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
LAYERS = ("a", "b", "c", "d")
LASTS = 4.0  # seconds

NAMES = st.lists(st.sampled_from(LAYERS), min_size=1, max_size=3)
TIMES = st.integers(0, 75).map(lambda frame: frame / 25)
CALLS: st.SearchStrategy[tuple[str, Any, dict[str, Any]]] = st.one_of(
    st.tuples(st.just("layer-remove"), NAMES, st.just({})),
    st.tuples(st.just("layer-state-set"), NAMES, st.fixed_dictionaries({"visible": st.booleans()})),
    st.tuples(st.just("layer-start-set"), NAMES, st.fixed_dictionaries({"value": TIMES})),
    st.tuples(
        st.just("layer-duration-set"),
        NAMES,
        st.fixed_dictionaries({"value": TIMES.filter(bool)}),
    ),
    st.tuples(
        st.just("opacity"),
        st.integers(1, len(LAYERS)),
        st.fixed_dictionaries({"value": st.integers(0, 100)}),
    ),
)


def asset(name: str, layers: Any, params: dict[str, Any]) -> dict[str, Any]:
    if name == "opacity":
        return {"type": "data", "layerIndex": layers, "property": "Opacity", **params}
    return {"type": "function", "name": f"nx:{name}", "params": {"layerName": layers, **params}}


def expect(model: dict[str, dict[str, Any]], name: str, layers: Any, value: Any) -> None:
    """Do to the model what one asset says."""
    for layer in [LAYERS[layers - 1]] if name == "opacity" else layers:
        state = model[layer]
        match name:
            case "layer-remove":
                state["gone"] = True
            case "layer-state-set":
                state["enabled"] = value
            case "layer-start-set":
                state["out"] += value - state["in"]
                state["in"] = value
            case "layer-duration-set":
                state["out"] = state["in"] + value
            case "opacity":
                state["opacity"] = value


@settings(max_examples=campaign.size(6, 12))
@given(st.lists(CALLS, min_size=1, max_size=8))
def test_a_saved_project_is_what_its_functions_made_of_it(
    calls: list[tuple[str, Any, dict[str, Any]]],
) -> None:
    model: dict[str, dict[str, Any]] = {
        name: {"gone": False, "enabled": True, "in": 0.0, "out": LASTS, "opacity": 100}
        for name in LAYERS
    }
    with tempfile.TemporaryDirectory() as folder:
        template, saved = Path(folder) / "template.aep", Path(folder) / "saved.aep"
        project = py_aep.new().project
        comp = project.root_folder.add_comp("main", 64, 48, 1.0, LASTS, 25.0)
        for name in reversed(LAYERS):
            comp.add_solid([1.0, 0.0, 0.0], f"{name} solid", 64, 48).name = name
        project.save(template)

        plan = build_plan(ASSETS.validate_python([asset(*call) for call in calls]), {})
        apply_plan(template, plan, saved)
        for name, layers, params in calls:
            expect(model, name, layers, params.get("value", params.get("visible")))

        (comp,) = py_aep.parse(saved).project.compositions
        left = [name for name in LAYERS if not model[name]["gone"]]
        assert [layer.name for layer in comp.layers] == left
        for layer in comp.layers:
            state = model[layer.name]
            assert layer.enabled is state["enabled"]
            assert layer.transform["ADBE Opacity"].value == pytest.approx(state["opacity"])
            assert (layer.in_point, layer.out_point) == (
                pytest.approx(state["in"], abs=1e-3),
                pytest.approx(state["out"], abs=1e-3),
            )
