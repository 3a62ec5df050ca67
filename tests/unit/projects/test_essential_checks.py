"""Essential Graphics fields: which are meant, and what they take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest
from pydantic import TypeAdapter

from intarsia.domain.nested import RequestAsset
from intarsia.projects.archive import extract_project
from intarsia.projects.checks import check_assets
from intarsia.projects.facts import EssentialFacts, ProjectFacts
from intarsia.projects.reader import read_in_process

ASSETS: TypeAdapter[list[RequestAsset]] = TypeAdapter(list[RequestAsset])
Sample = Callable[[str], Path]


def checked(
    facts: ProjectFacts, name: str, value: Any, composition: str | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Messages of problems and of warnings, by their fields in the asset."""
    asset = {"type": "essential", "layerName": name, "value": value, "composition": composition}
    found = check_assets(facts, ASSETS.validate_python([asset]))
    problems, warnings = (
        {item.field.removeprefix("assets[0]."): item.message for item in items} for items in found
    )
    return problems, warnings


@pytest.fixture(scope="module")
def panels(tmp_path_factory: pytest.TempPathFactory) -> ProjectFacts:
    """card has a panel: `Title` (text), `Size` (slider), `Tint` (colour), `On` (checkbox),
    `Photo` (media of layer photo), `Fade` (keyframed opacity); badge has `Title` and `v1.2`.
    """
    folder = tmp_path_factory.mktemp("panels")
    project = py_aep.new().project
    badge, card = (
        project.root_folder.add_comp(name, 64, 48, 1.0, 1.0, 25.0) for name in ("badge", "card")
    )
    knobs = card.add_null()
    effects = {
        name: knobs.effects.add_property(f"ADBE {name} Control").property(
            f"ADBE {name} Control-0001"
        )
        for name in ("Slider", "Color", "Checkbox")
    }
    effects["Slider"].add_to_motion_graphics_template_as(card, "Size")
    effects["Color"].add_to_motion_graphics_template_as(card, "Tint")
    effects["Checkbox"].add_to_motion_graphics_template_as(card, "On")
    _expose_text(card, "Title")
    inner = project.root_folder.add_comp("inner", 10, 10, 1.0, 1.0, 25.0)
    photo = card.add(inner)
    photo.name = "photo"
    photo.add_to_motion_graphics_template_as(card, "Photo")
    opacity = photo.transform["ADBE Opacity"]
    opacity.add_to_motion_graphics_template_as(card, "Fade")
    opacity.set_value_at_time(0.0, 0.0)
    _expose_text(badge, "Title")
    _expose_text(badge, "v1.2")
    path = folder / "panels.aep"
    project.save(path)
    return read_in_process(path)


def _expose_text(comp: Any, name: str) -> None:
    layer = comp.add_text(name)
    layer.text["ADBE Text Document"].add_to_motion_graphics_template_as(comp, name)


@pytest.fixture
def grouped(panels: ProjectFacts) -> ProjectFacts:
    """As panels, but `Title` of card is in the group `Words`, `Size` in `Look` in `Words`, and
    `Tint` is called `Title` too; `Size` is a dropdown of `small` and `large`.
    """
    changes: dict[str, dict[str, Any]] = {
        "Title": {"groups": ("Words",)},
        "Size": {"groups": ("Words", "Look"), "kind": "dropdown", "choices": ("small", "large")},
        "Tint": {"name": "Title", "groups": ("Look",)},
    }
    card = next(comp.aeid for comp in panels.compositions if comp.name == "card")
    fields = tuple(
        field.model_copy(update=changes.get(field.name, {}))
        for field in panels.essentials
        if field.composition_id == card
    )
    group = EssentialFacts(composition_id=card, name="Words", kind="group")
    note = EssentialFacts(composition_id=card, name="Note", kind="comment")
    lost = fields[0].model_copy(update={"name": "Lost", "positions": (99,)})
    idle = EssentialFacts(composition_id=card, name="Idle", kind="slider")
    return panels.model_copy(update={"essentials": (*fields, group, note, lost, idle)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Title", "Hello"),
        ("Title", 2026),
        ("Size", 40.5),
        ("Tint", [1, 0.5, 0]),
        ("Tint", "#ff8000"),
        ("On", True),
        ("On", 0),
        ("v1.2", "a name with a dot"),
    ],
)
def test_values_that_fields_take(panels: ProjectFacts, name: str, value: Any) -> None:
    assert checked(panels, name, value) == ({}, {})


@pytest.mark.parametrize(
    ("name", "value", "field", "message"),
    [
        ("Titel", "x", "layerName", 'did you mean "Title"?'),
        ("Zoom", "x", "layerName", 'it has "Fade", "On", "Photo", "Size", "Tint", "Title", "v1.2"'),
        ("Size", "large", "value", "takes a number"),
        ("Size", 2_000_000, "value", "from -1e+06 to 1e+06"),
        ("Tint", [255, 0, 0], "value", "divide by 255"),
        ("Tint", "red", "value", "each from 0 to 1"),
        ("On", 2, "value", "from 0 to 1"),
        ("Title", [1, 2], "value", "takes a string"),
        ("Photo", "x.png", "layerName", 'use an image or video asset with the layerName "photo"'),
        ("Fade", 50, "layerName", "has keyframes"),
    ],
)
def test_values_that_fields_do_not_take(
    panels: ProjectFacts, name: str, value: Any, field: str, message: str
) -> None:
    problems, _ = checked(panels, name, value)

    assert list(problems) == [field]
    assert message in problems[field]


def test_a_value_outside_the_sliders_range_is_warned_of(panels: ProjectFacts) -> None:
    problems, warnings = checked(panels, "Size", 400)

    assert problems == {}
    assert warnings == {"value": 'field "Size" has the range 0 to 100; 400.0 is outside it'}


def test_a_composition_says_whose_field_is_meant(panels: ProjectFacts) -> None:
    assert checked(panels, "v1.2", "x", "badge") == ({}, {})
    assert 'did you mean "badge"?' in checked(panels, "v1.2", "x", "bagde")[0]["composition"]
    assert "has no Essential Graphics" in checked(panels, "v1.2", "x", "inner")[0]["composition"]
    assert "does not exist" in checked(panels, "v1.2", "x", "card")[0]["layerName"]


@pytest.mark.parametrize("name", ["Words.Title", "Words->Title", " Words -> Title "])
def test_a_field_in_a_group_is_meant_by_its_path(grouped: ProjectFacts, name: str) -> None:
    assert checked(grouped, name, "Hello") == ({}, {})
    assert checked(grouped, "Look.Title", "#ff0000") == ({}, {})


def test_a_path_may_leave_out_outer_groups_but_not_inner_ones(grouped: ProjectFacts) -> None:
    for name in ("Size", "Look.Size", "Words.Look.Size"):
        assert checked(grouped, name, 2) == ({}, {})
    assert "does not exist" in checked(grouped, "Words.Size", 2)[0]["layerName"]


def test_two_fields_of_a_name_are_told_apart_by_their_groups(grouped: ProjectFacts) -> None:
    problems, _ = checked(grouped, "Title", "Hello")

    assert '"Look.Title", "Words.Title"' in problems["layerName"].replace(
        '"Words.Title", "Look.Title"', '"Look.Title", "Words.Title"'
    )


def test_a_dropdown_takes_a_text_of_its_menu_or_its_number(grouped: ProjectFacts) -> None:
    for value in ("small", "large", 1, 2):
        assert checked(grouped, "Size", value) == ({}, {})
    for wrong in ("huge", 0, 3, 1.5, True, [1]):
        problems, _ = checked(grouped, "Size", wrong)
        assert 'a number from 1 to 2, or one of "small", "large"' in problems["value"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Words", "is a group; set one of its fields: "),
        ("Note", "is a comment"),
        ("Lost", "the property that it controls was not found"),
        ("Idle", "controls nothing"),
    ],
)
def test_fields_without_a_value_of_their_own(
    grouped: ProjectFacts, name: str, message: str
) -> None:
    problems, _ = checked(grouped, name, 1)

    assert message in problems["layerName"]


def test_a_template_without_essential_graphics_says_what_to_use(facts: ProjectFacts) -> None:
    problems, _ = checked(facts, "Title", "x")

    assert problems["type"] == (
        "this template has no Essential Graphics; set its layers with text, data or image assets"
    )


def test_a_panel_that_cannot_be_read_costs_a_warning_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = py_aep.new().project
    comp = project.root_folder.add_comp("card", 64, 48, 1.0, 1.0, 25.0)
    _expose_text(comp, "Title")
    project.save(tmp_path / "damaged.aep")
    content = (tmp_path / "damaged.aep").read_bytes()
    assert content.count(b'{"0":{"index"') >= 1
    (tmp_path / "damaged.aep").write_bytes(content.replace(b'{"0":{"index"', b'{"0":["index"'))

    facts = read_in_process(tmp_path / "damaged.aep")

    assert [layer.name for layer in facts.layers] == ["Title"]
    assert facts.essentials == ()
    assert "cannot be read" in facts.warnings[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Text", "Hello"),
        ("Dropdown", "geaorg"),
        ("Dropdown", 1),
        ("Group Test.Image Position", [10, 20]),
        ("Image Position", [10, 20, 0]),
        ("Checkbox Control", True),
        ("Point Control", [1, 2]),
        ("Angle Control", 90),
        ("Color Control", "#00ff00"),
        ("Slider Control", 5),
        ("Null 1 Scale", [50, 50]),
        ("Null 1 Opacity", 12),
    ],
)
def test_every_kind_of_field_of_a_real_template(
    sample: Sample, tmp_path: Path, name: str, value: Any
) -> None:
    project = extract_project(sample("Testo.mogrt"), "mogrt", tmp_path / "out")

    assert checked(read_in_process(project), name, value) == ({}, {})
