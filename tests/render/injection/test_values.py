"""Values and expressions that are set, read again from the saved project."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest

from intarsia.projects.reader import read_in_process
from render_container.injection.errors import InjectionError
from render_container.injection.plan import SetExpression, SetValue, Target


def value(layer: str, path: str, what: Any, *, comp: str | None = "main") -> SetValue:
    target = Target(composition=comp, layer_name=layer)
    return SetValue(field="assets[0]", target=target, property=path, value=what)


def expression(layer: str, path: str, text: str) -> SetExpression:
    target = Target(composition="main", layer_name=layer)
    return SetExpression(field="assets[1]", target=target, property=path, expression=text)


@pytest.mark.parametrize(
    "text",
    ["Hello Wörld", 'it\'s "quoted" \\ $& ${x}', "two\nlines", "日本 😀", "a\u2028b", "", " "],
)
def test_text_is_saved_as_it_is(inject: Callable[..., Any], text: str) -> None:
    result = inject(value("title", "Source Text", text))

    assert result.layer("main", 1).text.source_text.value.text == text
    assert result.layer("intro", 1).text.source_text.value.text == "Small"


@pytest.mark.parametrize(("given", "shown"), [(42, "42"), (2.0, "2"), (1.5, "1.5")])
def test_numbers_are_written_as_a_script_would_write_them(
    inject: Callable[..., Any], given: float, shown: str
) -> None:
    result = inject(value("title", "Source Text", given))

    assert result.layer("main", 1).text.source_text.value.text == shown


def test_attributes_of_text_are_set_without_losing_the_others(inject: Callable[..., Any]) -> None:
    result = inject(
        value("title", "Source Text.font", "Roboto-Black"),
        value("title", "Source Text.fontSize", 88.5),
        value("title", "Source Text->fillColor", [1, 0.5, 0, 1]),
        value("title", "sourceText.tracking", 30),
        value("title", "Source Text.justification", "ParagraphJustification.RIGHT_JUSTIFY"),
        value("title", "Source Text.text", "New"),
    )

    document = result.layer("main", 1).text.source_text.value
    assert document.text == "New"
    assert document.font == "Roboto-Black"
    assert document.font_size == 88.5
    assert document.fill_color == pytest.approx([1, 0.5, 0])
    assert document.tracking == 30
    assert document.justification is py_aep.ParagraphJustification.RIGHT_JUSTIFY
    assert "Roboto-Black" in {font.postscript_name for font in result.facts.fonts}


@pytest.mark.parametrize(
    ("path", "given", "group", "name", "expected"),
    [
        ("Position", [10, 20], "transform", "ADBE Position", [10, 20, 0]),
        ("Transform.Position", [1.5, 2, 3], "transform", "ADBE Position", [1.5, 2, 0]),
        ("ADBE Transform Group->ADBE Scale", [50, 25], "transform", "ADBE Scale", [50, 25, 100]),
        ("anchorPoint", [7, 8], "transform", "ADBE Anchor Point", [7, 8, 0]),
        ("opacity", 12.5, "transform", "ADBE Opacity", 12.5),
        ("Rotation", 45, "transform", "ADBE Rotate Z", 45),
    ],
)
def test_transform_properties(
    inject: Callable[..., Any], *, path: str, given: Any, group: str, name: str, expected: Any
) -> None:
    result = inject(value("Background", path, given))

    assert getattr(result.layer("main", 4), group)[name].value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("path", "given", "effect", "expected"),
    [
        ("Effects.Color Control.Color", [0, 1, 0], "Color Control", [0, 1, 0, 1]),
        ("Effects->Slider Control->Slider", 42, "Slider Control", 42),
        ("Slider Control.Slider", -3, "Slider Control", -3),
        ("Checkbox", True, "Checkbox Control", 1),
        ("Point Control.Point", [11, 12], "Point Control", [11, 12]),
    ],
)
def test_effect_properties(
    inject: Callable[..., Any], path: str, given: Any, effect: str, expected: Any
) -> None:
    result = inject(value("Controls", path, given))

    assert result.layer("main", 5).effects[effect][0].value == pytest.approx(expected)


def test_the_only_colour_of_a_shape_is_its_color(inject: Callable[..., Any]) -> None:
    result = inject(value("Panel", "Color", [0.1, 0.1, 0.9]))

    fill = result.layer("main", 6).property("ADBE Root Vectors Group")["Fill 1"]
    assert fill["ADBE Vector Fill Color"].value == pytest.approx([0.1, 0.1, 0.9, 1])


def test_a_solids_color_is_the_solids_own_and_other_layers_keep_theirs(
    inject: Callable[..., Any],
) -> None:
    result = inject(value("Background", "Color", [0.1, 0.1, 0.9]))

    painted, other = result.layer("main", 4).source, result.layer("logo", 1).source
    assert painted.main_source.color == pytest.approx([0.1, 0.1, 0.9], abs=1e-6)
    assert other.main_source.color == pytest.approx([0.5, 0.5, 0.5], abs=1e-6)
    assert (painted.width, painted.height, painted.name) == (1920, 1080, "Grey Solid 1")


def test_a_solid_nobody_else_uses_is_painted_in_place(
    inject: Callable[..., Any], template: Path
) -> None:
    both = [
        value(name, "Color", [1, 0, 0], comp=None).model_copy(update={"field": name})
        for name in ("Background", "Mark")
    ]

    result = inject(*both)

    before = len(py_aep.parse(template).project.footages)
    # The first of them is copied, the second is then alone with the original.
    assert len(result.project.footages) == before + 1
    for comp, index in (("main", 4), ("logo", 1)):
        assert result.layer(comp, index).source.main_source.color == pytest.approx([1, 0, 0])


@pytest.mark.parametrize(
    ("attribute", "given", "member"),
    [
        ("startTime", 0.4, "start_time"),
        ("inPoint", 0.4, "in_point"),
        ("outPoint", 1.2, "out_point"),
        ("stretch", 150, "stretch"),
        ("enabled", False, "enabled"),
        ("name", "Renamed", "name"),
    ],
)
def test_attributes_of_the_layer(
    inject: Callable[..., Any], attribute: str, given: Any, member: str
) -> None:
    result = inject(value("Background", attribute, given))

    changed = getattr(result.layer("main", 4), member)
    assert changed == (pytest.approx(given, abs=1e-3) if isinstance(given, float) else given)


def test_an_expression_is_saved_and_enabled(inject: Callable[..., Any]) -> None:
    text = "wiggle(2, 10) // \u2028 'quoted' “é”\nvalue"

    result = inject(expression("title", "Opacity", text))

    opacity = result.layer("main", 1).transform["ADBE Opacity"]
    assert (opacity.expression, opacity.expression_enabled) == (text, True)


def test_value_and_expression_are_both_applied(inject: Callable[..., Any]) -> None:
    result = inject(value("title", "Opacity", 30), expression("title", "Opacity", "value / 2"))

    opacity = result.layer("main", 1).transform["ADBE Opacity"]
    assert (opacity.value, opacity.expression) == (30, "value / 2")
    assert result.applied.warnings == []


def test_an_expression_in_the_template_is_warned_of(
    inject: Callable[..., Any], template: Path, tmp_path: Path
) -> None:
    project = py_aep.parse(template).project
    comp = next(comp for comp in project.compositions if comp.name == "main")
    comp.layers[0].text.source_text.expression = "'always this'"
    project.save(tmp_path / "hidden.aep")

    result = inject(value("title", "Source Text", "mine"), project=tmp_path / "hidden.aep")

    (warning,) = result.applied.warnings
    assert "assets[0].property" in warning
    assert "has an expression in the template" in warning

    replaced = inject(
        value("title", "Source Text", "mine"),
        expression("title", "Source Text", "value + '!'"),
        project=tmp_path / "hidden.aep",
    )

    assert replaced.applied.warnings == []


NO_FIT = [
    ("Position", 5, "takes [x, y] or [x, y, z], not 5"),
    ("Position", [1], "takes [x, y] or [x, y, z]"),
    ("Opacity", 101, "takes a number from 0 to 100, not 101"),
    ("Opacity", "50", 'takes a number, not "50"'),
    ("Opacity", float("nan"), "takes a number"),
    ("Color", [255, 0, 0], "divide by 255"),
    ("Color", "#ff0000", "takes [red, green, blue]"),
    ("enabled", "yes", "takes true or false"),
    ("Positon", 1, 'did you mean "Position"?'),
    ("Transform", 1, "is a group of properties"),
    ("Layer Styles.Drop Shadow.Color", [1, 0, 0], "is hidden in this layer"),
    ("X Position", 1, "is hidden in this layer"),
    ("name", "a\0b", "NUL"),
    ("name", "a\ud800b", "surrogate"),
]
"""Properties of a solid, values that do not fit them, and a part of the message."""


def test_values_that_do_not_fit_are_refused(inject: Callable[..., Any]) -> None:
    operations = [
        value("Background", path, 0).model_copy(
            update={"value": given, "field": f"assets[{number}]"}
        )
        for number, (path, given, _) in enumerate(NO_FIT)
    ]

    with pytest.raises(InjectionError) as caught:
        inject(*operations)

    problems = caught.value.problems
    assert len(problems) == len(NO_FIT)
    for number, (problem, (path, given, reason)) in enumerate(zip(problems, NO_FIT, strict=True)):
        assert reason in problem.message, f"{path}: {given!r}"
        assert problem.field in {f"assets[{number}].property", f"assets[{number}].value"}


def test_an_expression_where_none_can_be_is_refused(inject: Callable[..., Any]) -> None:
    with pytest.raises(InjectionError, match="cannot have an expression"):
        inject(expression("Background", "startTime", "1"))


def test_an_empty_plan_saves_the_project_as_it_was(
    inject: Callable[..., Any], template: Path
) -> None:
    result = inject()

    assert result.applied.applied == 0
    assert result.facts == read_in_process(template)
