"""What is said of a job's assets before anything is rendered."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from intarsia.domain.nested import RequestAsset
from intarsia.projects.checks import check_assets, check_composition
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.resolving import resolve_target

ASSETS: TypeAdapter[list[RequestAsset]] = TypeAdapter(list[RequestAsset])


def said(facts: ProjectFacts, *assets: dict[str, Any]) -> list[tuple[str, str]]:
    problems, _ = check_assets(facts, ASSETS.validate_python(list(assets)))
    return [(problem.field, problem.message) for problem in problems]


def test_a_composition_that_exists(facts: ProjectFacts) -> None:
    assert check_composition(facts, "main") is None


def test_a_composition_that_does_not(facts: ProjectFacts) -> None:
    problem = check_composition(facts, "mian")

    assert problem is not None
    assert problem.field == "template.composition"
    assert (
        problem.message == 'composition "mian" does not exist in this template;'
        ' did you mean "main"?'
    )


def test_assets_that_are_right(facts: ProjectFacts) -> None:
    assert (
        said(
            facts,
            {"type": "text", "layerName": "title", "value": "Hi"},
            {"type": "text", "layerIndex": 1, "composition": "main", "value": "Hi"},
            {"type": "data", "layerName": "Plate", "property": "Color", "value": [0, 0.5, 1]},
            {"type": "data", "layerName": "Plate", "property": "X Position", "value": 3},
            {"type": "data", "layerName": "title", "property": "Opacity", "expression": "50"},
            {"type": "image", "layerName": "photo.png", "src": "https://example.org/a.png"},
            {"type": "static", "src": "https://example.org/a.ttf"},
            {
                "type": "job",
                "layerName": "card",
                "composition": "main",
                "template": {"id": "01JD0000000000000000000000", "composition": "anything"},
                "assets": [{"type": "text", "layerName": "not here", "value": "x"}],
            },
        )
        == []
    )


@pytest.mark.parametrize(
    ("asset", "field", "message"),
    [
        (
            {"type": "text", "layerName": "tilte", "value": "Hi"},
            "assets[1].layerName",
            'did you mean "title"?',
        ),
        (
            {"type": "text", "layerName": "Plate", "value": "Hi"},
            "assets[1].layerName",
            'layer "Plate" of composition "card" is not a text layer but a solid',
        ),
        (
            {"type": "data", "layerName": "title", "property": "Opacity", "value": 50},
            "assets[1].property",
            'Transform -> Opacity of layer "title" has keyframes',
        ),
        (
            {"type": "data", "layerName": "Plate", "property": "Position", "value": [1, 2]},
            "assets[1].property",
            "has separated dimensions; set X Position",
        ),
        (
            {"type": "data", "layerName": "Plate", "property": "Opacity", "value": 500},
            "assets[1].value",
            "takes a number from 0 to 100, not 500",
        ),
        (
            {"type": "data", "layerName": "camera", "property": "motionBlur", "value": True},
            "assets[1].property",
            "does not exist: the layer is a camera",
        ),
        (
            {"type": "data", "layerName": "Plate", "property": "Color", "expression": "1"},
            "assets[1].expression",
            "cannot have an expression",
        ),
        (
            {"type": "video", "layerName": "Panel", "src": "https://example.org/a.mp4"},
            "assets[1].layerName",
            "a shape layer, which has no footage to replace",
        ),
        (
            {"type": "audio", "layerIndex": 40, "src": "https://example.org/a.mp3"},
            "assets[1].layerIndex",
            "the highest index is 6",
        ),
        (
            {
                "type": "job",
                "layerName": "crd",
                "template": {"id": "01JD0000000000000000000000", "composition": "x"},
            },
            "assets[1].layerName",
            'did you mean "card"?',
        ),
    ],
)
def test_assets_that_are_wrong(
    facts: ProjectFacts, asset: dict[str, Any], field: str, message: str
) -> None:
    right = {"type": "text", "layerName": "title", "value": "Hi"}

    ((told_field, told),) = said(facts, right, asset)

    assert told_field == field
    assert message in told


@pytest.mark.parametrize(
    ("layer", "need", "fits"),
    [
        ("title", "any", True),
        ("title", "text", True),
        ("title", "footage", False),
        ("Plate", "text", False),
        ("Plate", "footage", True),
        ("card", "footage", True),
        ("Controls", "footage", False),
        ("camera", "footage", False),
    ],
)
def test_what_a_layer_can_take(facts: ProjectFacts, layer: str, need: Any, *, fits: bool) -> None:
    problems = list(resolve_target(facts, None, layer_name=layer, need=need).problems)

    assert (problems == []) is fits
