"""Random plans over random projects, against a model of a dozen lines."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import py_aep
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_container.injection.errors import InjectionError
from render_container.injection.offline import apply_plan
from render_container.injection.plan import Plan, SetValue, Target
from tests.support import campaign

NAMES = st.sampled_from(["a", "b", "c d"])
COMPS = ("one", "two")


@dataclass
class Layer:
    """What the test believes of a layer."""

    kind: str
    name: str
    state: dict[str, Any] = field(default_factory=dict)


LAYERS = st.builds(Layer, kind=st.sampled_from(["text", "solid", "null"]), name=NAMES)
PROJECTS = st.fixed_dictionaries({comp: st.lists(LAYERS, max_size=4) for comp in COMPS})
TARGETS = st.builds(
    Target,
    composition=st.sampled_from([None, "*", *COMPS]),
    layer_name=NAMES,
) | st.builds(Target, composition=st.sampled_from([None, *COMPS]), layer_index=st.integers(1, 4))
PERCENT = st.integers(0, 100).map(float)
UNIT = st.integers(0, 255).map(lambda byte: byte / 255)
SETTINGS = st.one_of(
    st.tuples(
        st.just("Source Text"),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    ),
    st.tuples(st.just("Opacity"), PERCENT),
    st.tuples(st.just("Position"), st.lists(PERCENT, min_size=2, max_size=2)),
    st.tuples(st.just("enabled"), st.booleans()),
    st.tuples(st.just("Color"), st.lists(UNIT, min_size=3, max_size=3)),
)
OPERATIONS = st.builds(
    lambda target, setting: SetValue(
        field="assets[0]", target=target, property=setting[0], value=setting[1]
    ),
    TARGETS,
    SETTINGS,
)


def build(project: dict[str, list[Layer]], path: Path) -> None:
    """Make the project that the model describes."""
    root = py_aep.new().project
    for name, layers in project.items():
        comp = root.root_folder.add_comp(name, 64, 64, 1.0, 1.0, 25.0)
        for layer in reversed(layers):
            match layer.kind:
                case "text":
                    made = comp.add_text("old")
                case "solid":
                    made = comp.add_solid([0.0, 0.0, 0.0], "Black Solid 1", 64, 64, 1.0, 1.0)
                case _:
                    made = comp.add_null()
            made.name = layer.name
    root.save(path)


def expect(project: dict[str, list[Layer]], operation: SetValue) -> bool:
    """Carry an operation out on the model; whether it means anything at all."""
    only = {"Source Text": {"text"}, "Color": {"solid"}}
    target, met = operation.target, False
    for name, layers in project.items():
        if target.composition not in {None, "*", name}:
            continue
        for index, layer in enumerate(layers, start=1):
            meant = layer.name == target.layer_name or index == target.layer_index
            if meant and layer.kind in only.get(operation.property, {layer.kind}):
                layer.state[operation.property] = operation.value
                met = True
    return met


def observed(layer: Any, what: str) -> Any:
    """What a saved layer says."""
    match what:
        case "Source Text":
            return layer.text.source_text.value.text
        case "Opacity":
            return layer.transform["ADBE Opacity"].value
        case "Position":
            return list(layer.transform["ADBE Position"].value)[:2]
        case "Color":
            return list(layer.source.main_source.color)
        case _:
            return layer.enabled


@settings(max_examples=campaign.size(8, 100))
@given(PROJECTS, st.lists(OPERATIONS, min_size=1, max_size=6))
def test_a_saved_project_says_what_the_plan_asked_for(
    project: dict[str, list[Layer]], operations: list[SetValue]
) -> None:
    for layers in project.values():
        for layer in layers:
            layer.state.clear()
    with tempfile.TemporaryDirectory() as folder:
        template, saved = Path(folder) / "template.aep", Path(folder) / "saved.aep"
        build(project, template)
        plan = Plan(operations=tuple(operations))

        if not all(expect(project, operation) for operation in operations):
            with pytest.raises(InjectionError):
                apply_plan(template, plan, saved)
            assert not saved.exists()
            return

        assert apply_plan(template, plan, saved).applied == len(operations)
        comps = {comp.name: comp for comp in py_aep.parse(saved).project.compositions}
        for name, layers in project.items():
            assert [layer.name for layer in comps[name].layers] == [item.name for item in layers]
            for real, model in zip(comps[name].layers, layers, strict=True):
                for what, value in model.state.items():
                    wanted = value
                    if what == "Source Text":
                        # After Effects knows one kind of line end.
                        wanted = value.replace("\r\n", "\n").replace("\r", "\n")
                    exact = isinstance(value, (str, bool))
                    assert observed(real, what) == (
                        wanted if exact else pytest.approx(wanted, abs=1e-4)
                    )
