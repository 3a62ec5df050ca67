"""Injection into files that After Effects itself wrote (folder in INTARSIA_SAMPLES)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intarsia.projects.reader import read_in_process
from render_container.injection.errors import InjectionError
from render_container.injection.plan import ReplaceFootage, SetExpression, SetValue, Target


def value(layer: str, path: str, what: Any) -> SetValue:
    return SetValue(field="a", target=Target(layer_name=layer), property=path, value=what)


def test_texts_and_solids_of_an_after_effects_26_project(
    inject: Callable[..., Any], sample: Callable[[str], Path]
) -> None:
    result = inject(
        value("text_main", "Source Text", "NEXRENDER OK"),
        value("text_sub", "Source Text", "cloud container smoke test"),
        value("bg_base", "Color", [0.2, 0.4, 0.6]),
        project=sample("validation_motion.aep"),
    )

    assert result.named("text_main").text == "NEXRENDER OK"
    assert result.named("text_sub").text == "cloud container smoke test"
    assert result.named("text").text == "2026"
    background = result.layer("main", result.named("bg_base").index)
    assert background.source.main_source.color == pytest.approx([0.2, 0.4, 0.6])


def test_everything_else_of_the_project_stays_as_it_was(
    inject: Callable[..., Any], sample: Callable[[str], Path]
) -> None:
    project = sample("validation_motion.aep")

    result = inject(value("text_main", "Source Text", "x"), project=project)

    before, after = read_in_process(project), result.facts
    changed = [pair for pair in zip(before.layers, after.layers, strict=True) if pair[0] != pair[1]]
    assert [(old.text, new.text) for old, new in changed] == [("Validation", "x")]
    assert (before.compositions, before.nodes) == (after.compositions, after.nodes)


def test_a_keyframed_property_is_refused_but_takes_an_expression(
    inject: Callable[..., Any], sample: Callable[[str], Path]
) -> None:
    project = sample("validation_motion.aep")

    with pytest.raises(InjectionError, match='Opacity of layer "text_main" has keyframes'):
        inject(value("text_main", "Opacity", 50), project=project)
    result = inject(
        SetExpression(
            field="a", target=Target(layer_name="text_main"), property="Opacity", expression="50"
        ),
        project=project,
    )

    opacity = result.layer("main", result.named("text_main").index).transform["ADBE Opacity"]
    assert opacity.expression == "50"
    assert len(opacity.keyframes) == 4


def test_missing_footage_and_controls_of_an_after_effects_23_project(
    inject: Callable[..., Any], sample: Callable[[str], Path], media: Path
) -> None:
    result = inject(
        ReplaceFootage(
            field="a",
            target=Target(layer_name="square.jpg"),
            path=media / "red.png",
            kind="image",
        ),
        value("Null 1", "Effects->Color Control->Color", [0, 1, 0]),
        value("foo!", "Source Text", "bar"),
        project=sample("nexrender_test.aep"),
    )

    assert result.named("square.jpg").source_name == "red.png"
    assert result.named("foo!").text == "bar"
    null = result.layer("Comp 1", result.named("Null 1").index)
    assert null.effects["Color Control"][0].value == pytest.approx([0, 1, 0, 1])


def test_every_kind_of_control_of_an_after_effects_22_project(
    inject: Callable[..., Any], sample: Callable[[str], Path]
) -> None:
    asked = {
        "Checkbox Control.Checkbox": True,
        "Slider Control.Slider": 12.5,
        "Point Control.Point": [3, 4],
        "3D Point Control.3D Point": [1, 2, 3],
        "Color Control.Color": [0.25, 0.5, 0.75],
        "Custom Angle Control Label.Angle": 90,
    }

    result = inject(
        *(value("Expression Controls", f"Effects.{path}", what) for path, what in asked.items()),
        project=sample("Property-01.aep"),
    )

    with pytest.raises(InjectionError, match="cannot be set by a value"):
        inject(
            value("Expression Controls", "Effects.Layer Control.Layer", 2),
            project=sample("Property-01.aep"),
        )
    effects = result.layer("Comp 01", 1).effects
    for path, what in asked.items():
        effect, _, name = path.partition(".")
        got = effects[effect][name].value
        assert (
            list(got)[: len(what)] == pytest.approx(what)
            if isinstance(what, list)
            else (got == what)
        )
