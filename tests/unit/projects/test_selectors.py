"""What composition and layer selectors mean."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.projects.facts import ProjectFacts
from intarsia.projects.selectors import find_layers, select_compositions
from intarsia.projects.suggest import nearest

Sketch = Callable[[dict[str, list[tuple[str, str | None]]]], ProjectFacts]

# Two trees A > B > C of the same names, and a C of its own.
TWINS: dict[str, list[tuple[str, str | None]]] = {
    "A": [("b", "B")],
    "A'": [("b", "B'")],
    "B": [("c", "C")],
    "B'": [("other", None), ("c", "C'")],
    "C": [("leaf", None)],
    "C'": [("leaf", None)],
    "C''": [("leaf", None)],
}


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        (None, [1, 2, 3, 4, 5, 6, 7]),
        ("*", [1, 2, 3, 4, 5, 6, 7]),
        ("A", [1, 2]),
        ("C", [5, 6, 7]),
        ("A->B->C", [5, 6]),
        ("B->C", [5, 6]),
        (" A -> B ", [3, 4]),
        ("A->C", []),
        ("C->B", []),
        ("a", []),
        ("", []),
    ],
)
def test_compositions(sketch: Sketch, selector: str | None, ids: list[int]) -> None:
    assert [comp.aeid for comp in select_compositions(sketch(TWINS), selector)] == ids


def test_a_composition_may_have_an_arrow_in_its_name(sketch: Sketch) -> None:
    facts = sketch({"A->B": [], "A": [("b", "B")], "B": []})

    assert [comp.aeid for comp in select_compositions(facts, "A->B")] == [1]


def test_a_name_means_every_layer_of_that_name(sketch: Sketch) -> None:
    found = find_layers(sketch(TWINS), None, layer_name="leaf")

    assert [layer.composition_id for layer in found.layers] == [5, 6, 7]


def test_a_layers_own_name_goes_before_its_sources(sketch: Sketch) -> None:
    facts = sketch({"A": [("x", None), ("x.png", None), ("y", None)]})

    assert [layer.index for layer in find_layers(facts, "A", layer_name="x.png").layers] == [2]
    assert [layer.index for layer in find_layers(facts, "A", layer_name="y.png").layers] == [3]


def test_an_index_counts_from_one_in_each_composition(sketch: Sketch) -> None:
    found = find_layers(sketch(TWINS), "B", layer_index=2)

    assert [(layer.composition_id, layer.name) for layer in found.layers] == [(4, "c")]
    assert [warning.message for warning in found.warnings] == [
        'layer 2 does not exist in "B"; they stay unchanged'
    ]


@pytest.mark.parametrize(
    ("composition", "layer", "field", "message"),
    [
        (
            "mian",
            {"layer_name": "b"},
            "composition",
            'composition "mian" does not exist in this template; did you mean "main"?',
        ),
        (
            "zzz",
            {"layer_name": "b"},
            "composition",
            'composition "zzz" does not exist in this template; it has "card", "main"',
        ),
        (
            "card->main",
            {"layer_name": "b"},
            "composition",
            'composition "main" is not used in "card"',
        ),
        (
            "main->crd",
            {"layer_name": "b"},
            "composition",
            'composition "crd" does not exist in this template; did you mean "card"?',
        ),
        (
            "main",
            {"layer_name": "Titel"},
            "layerName",
            'layer "Titel" does not exist in composition "main"; did you mean "title"?',
        ),
        (
            None,
            {"layer_name": "zzz"},
            "layerName",
            (
                'layer "zzz" does not exist in any composition of this template;'
                ' its layers are "plate", "title"'
            ),
        ),
        (
            "*",
            {"layer_index": 3},
            "layerIndex",
            ("layer 3 does not exist in any composition of this template; the highest index is 2"),
        ),
        ("main", {}, "layerName", "give either layerName or layerIndex"),
    ],
)
def test_what_is_said_when_there_is_none(
    sketch: Sketch, *, composition: str | None, layer: Any, field: str, message: str
) -> None:
    facts = sketch({"main": [("title", None), ("plate", "card")], "card": [("plate", None)]})

    found = find_layers(facts, composition, **layer)

    assert found.layers == ()
    assert [(problem.field, problem.message) for problem in found.problems] == [(field, message)]


def test_a_template_without_compositions_says_so(sketch: Sketch) -> None:
    (problem,) = find_layers(sketch({}), None, layer_name="x").problems

    assert problem.message == "this template has no composition"


@given(st.text(), st.lists(st.text()))
def test_a_suggestion_is_always_one_of_the_names(name: str, names: list[str]) -> None:
    near = nearest(name, names)

    assert near is None or near in names


@given(st.lists(st.sampled_from("abcdefghijk"), min_size=4, unique=True).map("".join), st.data())
def test_one_wrong_letter_is_guessed(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))

    assert nearest(name[:at] + "#" + name[at + 1 :], [name, "0123456789"]) == name
