"""Motion Graphics templates: unpacked under the same rules as zips, and what is in them."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import py_aep
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intarsia.projects.archive import Limits, extract_project
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.mogrt import main_composition, mogrt_of, mogrt_view, read_definition
from intarsia.projects.reader import open_project, read_in_process
from tests.support import campaign

AEP = b"RIFX\0\0\0\x04Egg!"
DEFINITION = {
    "capsuleName": "Lower third",
    "sourceInfoLocalized": {"en_US": {"name": "card"}},
}
Entry = tuple[str, bytes]


def zipped(*entries: Entry) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return memory.getvalue()


def mogrt(*inner: Entry, definition: Any = None, more: tuple[Entry, ...] = ()) -> bytes:
    content = json.dumps(DEFINITION if definition is None else definition).encode()
    return zipped(
        ("definition.json", content),
        ("project.aegraphic", zipped(*inner)),
        ("thumb.png", b"png"),
        *more,
    )


@pytest.fixture
def unpack(tmp_path: Path) -> Callable[..., Path]:
    """Unpacks bytes as a .mogrt; whatever is refused must leave nothing behind."""

    def run(raw: bytes, limits: Limits | None = None) -> Path:
        upload = tmp_path / "upload"
        upload.write_bytes(raw)
        try:
            return extract_project(upload, "mogrt", tmp_path / "out", limits)
        except ProjectError:
            assert [path.name for path in tmp_path.iterdir()] == ["upload"]
            raise

    return run


def test_a_template_is_unpacked_with_its_footage(unpack: Callable[..., Path]) -> None:
    project = unpack(mogrt(("My.aep", AEP), ("(Footage)/photo.png", b"png"), ("._x", b"")))

    assert project.read_bytes() == AEP
    root = project.parents[1]
    files = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    assert files == ["aegraphic/(Footage)/photo.png", "aegraphic/My.aep", "definition.json"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (zipped(("definition.json", b"{}")), "holds no project.aegraphic"),
        (zipped(("project.aegraphic", zipped())), "holds no definition.json"),
        (zipped(("project.prgraphic", b""), ("definition.json", b"{}")), "made in Premiere Pro"),
        (mogrt(("a.aep", AEP), definition=[]), "not a valid definition"),
        (mogrt(("a.txt", AEP)), "no After Effects project"),
        (mogrt(("a.aep", b"no")), '"a.aep" in the zip is not an After Effects project'),
        (mogrt(("a.aep", AEP), ("../b", b"")), "leads out of the archive"),
        (mogrt(("a.aep", AEP), more=(("../b", b""),)), "leads out of the archive"),
        (
            zipped(
                ("definition.json", json.dumps(DEFINITION).encode()), ("project.aegraphic", AEP)
            ),
            "project.aegraphic in the .mogrt is not a zip",
        ),
        (
            zipped(
                ("definition.json", json.dumps(DEFINITION).encode()),
                ("project.aegraphic", zipped(("a.aep", AEP))[:-30]),
            ),
            "directory is missing",
        ),
    ],
)
def test_what_is_wrong_with_a_template_is_named(
    unpack: Callable[..., Path], raw: bytes, reason: str
) -> None:
    with pytest.raises(ProjectError, match=reason.replace("(", r"\(").replace(".", r"\.")):
        unpack(raw)


def test_a_bomb_inside_the_inner_zip_counts_against_the_upload(
    unpack: Callable[..., Path],
) -> None:
    bomb = mogrt(("a.aep", AEP + bytes(80 << 20)))
    assert len(bomb) < 200_000

    with pytest.raises(ProjectError, match="200 times its own size"):
        unpack(bomb)


def test_the_limits_hold_for_both_layers_together(unpack: Callable[..., Path]) -> None:
    # 3 KiB that cannot be pressed: once packed, once unpacked.
    raw = mogrt(("a.aep", AEP + os.urandom(3 << 10)))

    with pytest.raises(ProjectError, match="more than 5 KiB"):
        unpack(raw, Limits(total_bytes=5 << 10))
    with pytest.raises(ProjectError, match="more than 3 files"):
        unpack(mogrt(("a.aep", AEP), *((name, b"") for name in "bcd")), Limits(entries=3))
    assert unpack(raw, Limits(total_bytes=8 << 10)).exists()


def test_an_enormous_definition_is_not_read(unpack: Callable[..., Path]) -> None:
    with pytest.raises(ProjectError, match="larger than 8 MiB"):
        unpack(mogrt(("a.aep", AEP), definition="x" * (9 << 20)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    JSON
    | st.fixed_dictionaries(
        {"capsuleName": JSON, "sourceInfoLocalized": JSON | st.dictionaries(st.text(), JSON)}
    )
    | st.binary()
)
@settings(max_examples=campaign.size(25, 60))
def test_any_definition_is_read_or_is_none(content: Any) -> None:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()

    found = read_definition(raw)

    assert found is None or isinstance(found.name, str)


def test_a_definition_nested_too_deeply_is_none() -> None:
    assert read_definition(b"[" * 100_000) is None


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """main holds card; card has a panel: `Title` (text of title), `Size` (a slider of knobs)."""
    project = py_aep.new().project
    main, card = (
        project.root_folder.add_comp(name, 64, 48, 1.0, 1.0, 25.0) for name in ("main", "card")
    )
    main.add(card)
    knobs = card.add_null()
    slider = knobs.effects.add_property("ADBE Slider Control").property("ADBE Slider Control-0001")
    title = card.add_text("Hello")
    title.text["ADBE Text Document"].add_to_motion_graphics_template_as(card, "Title")
    slider.add_to_motion_graphics_template_as(card, "Size")
    path = tmp_path / "panel.aep"
    project.save(path)
    return path


def test_the_composition_of_the_definition_is_the_main_one(
    panel: Path, unpack: Callable[..., Path]
) -> None:
    project = unpack(mogrt(("panel.aep", panel.read_bytes())))

    facts = read_in_process(project, root=project.parents[1])
    assert ProjectFacts.model_validate_json(facts.model_dump_json(exclude_defaults=True)) == facts
    _, opened = open_project(project, in_detail=lambda _: False)

    assert main_composition(facts) == main_composition(opened) == "card"
    assert mogrt_view(facts) == {
        "name": "Lower third",
        "composition": "card",
        "controls": [
            {"name": "Title", "path": "Title", "type": "text", "default": "Hello"},
            {
                "name": "Size",
                "path": "Size",
                "type": "slider",
                "default": 0.0,
                "min": 0.0,
                "max": 100.0,
            },
        ],
    }


def test_without_a_name_that_exists_the_outermost_panel_counts(
    panel: Path, unpack: Callable[..., Path]
) -> None:
    definition = {"capsuleName": "x", "sourceInfoLocalized": {"en_US": {"name": "renamed"}}}
    project = unpack(mogrt(("panel.aep", panel.read_bytes()), definition=definition))

    # card is a layer of main, so it is no template of its own.
    assert main_composition(read_in_process(project)) is None


def test_a_project_that_is_no_template_has_no_main_composition_of_several(panel: Path) -> None:
    facts = read_in_process(panel)

    assert mogrt_of(panel) is None
    assert main_composition(facts) is None
    assert mogrt_view(facts) == {}
    assert main_composition(facts.model_copy(update={"compositions": facts.compositions[:1]}))


def test_facts_survive_their_json(panel: Path) -> None:
    facts = read_in_process(panel)

    text = facts.model_dump_json(exclude_defaults=True)

    assert ProjectFacts.model_validate_json(text) == facts


def test_a_template_of_after_effects(sample: Callable[[str], Path], tmp_path: Path) -> None:
    project = extract_project(sample("Testo.mogrt"), "mogrt", tmp_path / "out")
    facts = read_in_process(project, root=tmp_path / "out")

    view = mogrt_view(facts)
    assert (view["name"], view["composition"]) == ("Testo", "Comp 1")
    assert facts.missing_footage == ()
    controls = {control["path"]: control for control in view["controls"]}
    assert {path: control["type"] for path, control in controls.items()} == {
        "Text": "text",
        "Dropdown": "dropdown",
        "Group Test": "group",
        "Group Test.Image": "media",
        "Group Test.Image Position": "point",
        "Checkbox Control": "checkbox",
        "Point Control": "point",
        "Angle Control": "angle",
        "Color Control": "color",
        "Slider Control": "slider",
        "Null 1 Scale": "vector",
        "Null 1 Opacity": "slider",
    }
    assert controls["Text"]["default"] == "foo!"
    assert controls["Dropdown"]["choices"] == ["lada", "geaorg"]
    assert controls["Color Control"]["default"] == [1.0, 0.0, 0.0, 1.0]
    assert controls["Checkbox Control"]["default"] is False
    assert controls["Null 1 Opacity"]["default"] == pytest.approx(0.1)
