"""Where property paths lead."""

import pytest

from intarsia.domain.errors import Problem
from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.paths import Place, find_property


def layer_of(facts: ProjectFacts, name: str) -> LayerFacts:
    (layer,) = [layer for layer in facts.layers if layer.name == name]
    return layer


def lead(facts: ProjectFacts, layer: str, path: str) -> Place | Problem:
    return find_property(facts, layer_of(facts, layer), path)


@pytest.mark.parametrize(
    ("layer", "path", "name"),
    [
        ("title", "Source Text", "Text -> Source Text"),
        ("title", "ADBE Text Document", "Text -> Source Text"),
        ("title", "Text.Source Text", "Text -> Source Text"),
        ("title", "ADBE Text Properties->ADBE Text Document", "Text -> Source Text"),
        ("title", "sourceText", "Text -> Source Text"),
        ("title", "Position", "Transform -> Position"),
        ("title", " Transform -> Position ", "Transform -> Position"),
        ("title", "transform.anchor_point", "Transform -> Anchor Point"),
        ("title", "Text.More Options.Fill & Stroke", "Text -> More Options -> Fill & Stroke"),
        ("camera", "Zoom", "Camera Options -> Zoom"),
        # The first of two, as After Effects does.
        ("Controls", "Effects.Slider Control.Slider", "Effects -> Slider Control -> Slider"),
        (
            "Controls",
            "Effects.Slider Control 2.Slider",
            "Effects -> Slider Control 2 -> Slider",
        ),
        ("Controls", "Slider Control.Slider", "Effects -> Slider Control -> Slider"),
        ("Panel", "Contents.Fill 1.Color", "Contents -> Fill 1 -> Color"),
        ("Panel", "Fill 1.Color", "Contents -> Fill 1 -> Color"),
        ("Panel", "Line Cap", "Contents -> Stroke 1 -> Line Cap"),
        ("Plate", "X Position", "Transform -> X Position"),
    ],
)
def test_paths_that_lead_to_a_property(
    facts: ProjectFacts, layer: str, path: str, name: str
) -> None:
    place = lead(facts, layer, path)

    assert isinstance(place, Place), place
    assert place.name == name
    # The positions lead to the same node.
    ids, node = layer_of(facts, layer).properties, None
    for position in place.positions:
        node = facts.nodes[ids[position]]
        ids = node.children
    assert node is place.node


@pytest.mark.parametrize(
    ("layer", "path", "attribute"),
    [
        ("title", "Source Text.fontSize", "fontSize"),
        ("title", "Text->Source Text->fillcolor", "fillColor"),
        ("Plate", "startTime", "startTime"),
        ("Plate", "inpoint", "inPoint"),
    ],
)
def test_paths_that_lead_to_an_attribute(
    facts: ProjectFacts, layer: str, path: str, attribute: str
) -> None:
    place = lead(facts, layer, path)

    assert isinstance(place, Place), place
    assert place.attribute is not None
    assert place.attribute.name == attribute


def test_color_of_a_solid_is_the_solids(facts: ProjectFacts) -> None:
    place = lead(facts, "Plate", "Color")

    assert isinstance(place, Place)
    assert place.solid_color


@pytest.mark.parametrize(
    ("layer", "path", "said"),
    [
        (
            "Panel",
            "Color",
            (
                'layer "Panel" has several properties called "Color"; write the full path of one:'
                ' "Contents -> Fill 1 -> Color", "Contents -> Stroke 1 -> Color"'
            ),
        ),
        ("Controls", "Slider", "has several properties"),
        (
            "title",
            "Sorce Text",
            'property "Sorce Text" does not exist in layer "title"; did you mean "Source Text"?',
        ),
        (
            "Panel",
            "Contents.Fil 1.Color",
            (
                'property "Fil 1" does not exist in "Contents" of layer "Panel";'
                ' did you mean "Fill 1"?'
            ),
        ),
        (
            "title",
            "Source Text.fontsice",
            '"fontsice" is not an attribute of Text -> Source Text; did you mean "fontSize"?',
        ),
        ("title", "Source Text.font.size", '"font.size" is not an attribute'),
        ("title", "Transform", '"Transform" is a group'),
        ("title", "", 'property "" does not exist'),
        ("title", "->", 'property "" does not exist'),
        ("camera", "Color", 'property "Color" does not exist'),
        ("Controls", "startTime.x", 'property "startTime" does not exist'),
    ],
)
def test_paths_that_lead_nowhere(facts: ProjectFacts, layer: str, path: str, said: str) -> None:
    problem = lead(facts, layer, path)

    assert isinstance(problem, Problem)
    assert problem.field == "property"
    assert said in problem.message


def test_a_name_with_a_dot_is_found_whole(facts: ProjectFacts) -> None:
    (position,) = [node for node in facts.nodes if node.match_name == "ADBE Opacity"][:1]
    layer = layer_of(facts, "Plate").model_copy(update={"properties": (len(facts.nodes),)})
    dotted = position.model_copy(update={"name": "v1.2"})

    place = find_property(facts.model_copy(update={"nodes": (*facts.nodes, dotted)}), layer, "v1.2")

    assert isinstance(place, Place)
    assert place.node == dotted
