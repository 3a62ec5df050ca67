"""What is read from projects, and that nothing else than ProjectError comes out of bad ones."""

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import py_aep
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.reader import read_in_process, read_project
from intarsia.projects.rifx import DEPTH_LIMIT
from tests.support import campaign


def test_facts_of_a_project(facts: ProjectFacts) -> None:
    main, card = sorted(facts.compositions, key=lambda comp: -comp.width)
    assert (main.name, main.width, main.height, main.duration_s, main.frame_rate, main.frames) == (
        "main",
        1920,
        1080,
        2.0,
        25.0,
        50,
    )
    rows = [
        (layer.index, layer.name, layer.kind, layer.source_type, layer.source_comp_id)
        for layer in facts.layers
        if layer.composition_id == main.aeid
    ]
    assert rows == [
        (1, "title", "text", None, None),
        (2, "card", "av", "comp", card.aeid),
        (3, "photo.png", "av", "file", None),
        (4, "Panel", "shape", None, None),
        (5, "Controls", "null", "solid", None),
        (6, "camera", "camera", None, None),
    ]
    named = {layer.name: layer for layer in facts.layers}
    title, photo = named["title"], named["photo.png"]
    assert (title.text, title.has_own_name) == ("Hello", True)
    assert (photo.has_own_name, photo.source_name) == (False, "photo.png")
    assert (photo.left, photo.top, photo.width, photo.height) == (910, 515, 100, 50)
    assert (photo.start_s, photo.in_s, photo.out_s) == (0, 0, 2)


def test_facts_come_back_from_json_as_they_were(facts: ProjectFacts) -> None:
    assert ProjectFacts.model_validate_json(facts.model_dump_json(exclude_defaults=True)) == facts


def test_reading_in_a_process_of_its_own_gives_the_same(project: Path) -> None:
    assert read_project(project, root=project.parent) == read_in_process(
        project, root=project.parent
    )


def test_footage_is_present_if_it_came_along(project: Path, tmp_path: Path) -> None:
    (tmp_path / "(Footage)").mkdir()
    (tmp_path / "(Footage)" / "Photo.PNG").touch()
    (tmp_path / "empty").mkdir()

    there = read_in_process(project, root=tmp_path)
    absent = read_in_process(project, root=tmp_path / "empty")

    (photo,) = [item for item in there.footage if item.kind == "image"]
    assert (photo.present, photo.local_path) == (True, "(Footage)/Photo.PNG")
    assert (there.missing_footage, there.warnings) == ((), ())
    (photo,) = absent.missing_footage
    assert photo.path == str(project.parent / "photo.png")
    assert 'footage "photo.png" is missing from the upload' in absent.warnings[0]


def test_solids_need_no_file(project: Path, tmp_path: Path) -> None:
    facts = read_in_process(project, root=tmp_path)

    assert {item.present for item in facts.footage if item.kind == "solid"} == {None}


def test_an_after_effects_16_project(sample: Callable[[str], Path]) -> None:
    facts = read_in_process(sample("Layer-01.aep"))

    assert facts.ae_version == "16.0x235"
    assert [layer.name for layer in facts.layers][:3] == [
        "Transformations Collapsed",
        "Effects Enabled",
        "Motion Blur",
    ]
    assert [effect.name for effect in facts.layers[1].effects] == ["Fill"]
    assert facts.layers[2].effects == ()


def test_an_after_effects_23_project(sample: Callable[[str], Path]) -> None:
    facts = read_in_process(sample("nexrender_test.aep"))

    assert [(layer.name, layer.kind, layer.text) for layer in facts.layers] == [
        ("square.jpg", "av", None),
        ("Null 1", "null", None),
        ("foo!", "text", "foo!"),
    ]
    (font,) = facts.fonts
    assert (font.postscript_name, font.family, font.style, font.layers) == (
        "TV2SansDisplay-Bold",
        "TV2SansDisplay",
        "Bold",
        1,
    )
    (missing,) = facts.missing_footage
    assert missing.path == "/Users/inlife/Downloads/square.jpg"


def test_an_after_effects_26_project(sample: Callable[[str], Path]) -> None:
    facts = read_in_process(sample("validation_motion.aep"))

    (comp,) = facts.compositions
    assert (comp.name, comp.width, comp.height, comp.frames) == ("main", 1920, 1080, 100)
    assert {layer.name: layer.text for layer in facts.layers if layer.kind == "text"} == {
        "text": "2026",
        "text_sub": "nexrender container test",
        "text_main": "Validation",
    }
    assert [(font.postscript_name, font.layers) for font in facts.fonts] == [
        ("TimesNewRomanPSMT", 3)
    ]


def test_a_project_that_is_too_old_is_told_so(sample: Callable[[str], Path]) -> None:
    with pytest.raises(ProjectError) as caught:
        read_project(sample("old_project.aep"))

    assert str(caught.value) == (
        "The project was written by a version of After Effects that is too old (11.0);"
        " open it in a current version and save it again."
    )


def test_a_layer_whose_properties_are_damaged_is_kept_with_a_warning(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        py_aep.TextLayer, "effects", property(lambda _: (_ for _ in ()).throw(IndexError()))
    )

    facts = read_in_process(project)

    assert "title" in [layer.name for layer in facts.layers]
    assert 'the properties of layer "title" could not be read (IndexError)' in facts.warnings


def test_the_cinema_4d_renderer_is_warned_of(tmp_path: Path) -> None:
    project = py_aep.new().project
    project.root_folder.add_comp("flat", 64, 64, 1.0, 1.0, 25.0)
    comp = project.root_folder.add_comp("solid", 64, 64, 1.0, 1.0, 25.0)
    comp.renderer = "ADBE Ernst"
    project.save(tmp_path / "c4d.aep")

    (warning,) = read_in_process(tmp_path / "c4d.aep").warnings

    assert warning.startswith('composition "solid" uses the Cinema 4D renderer')


def test_names_that_are_no_unicode_do_not_break_json(facts: ProjectFacts) -> None:
    layer = facts.layers[0].model_dump() | {"name": "caf\udce9", "text": "\udce9"}
    odd = type(facts.layers[0]).model_validate(layer)

    assert (odd.name, odd.text) == ("caf\ufffd", "\ufffd")
    assert type(odd).model_validate_json(odd.model_dump_json()) == odd


def test_reading_is_stopped_when_its_time_is_over(project: Path) -> None:
    with pytest.raises(ProjectError, match="takes longer than"):
        read_project(project, max_seconds=0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="no memory limit there")
def test_reading_is_stopped_when_its_memory_is_used_up(project: Path, tmp_path: Path) -> None:
    filler = b"LIST" + struct.pack(">I", 500 << 20) + b"btdk"
    large = tmp_path / "large.aep"
    original = project.read_bytes()
    end = 8 + struct.unpack(">I", original[4:8])[0]
    with large.open("wb") as file:
        file.write(b"RIFX" + struct.pack(">I", end + (500 << 20)) + original[8:end] + filler)
        # The rest is a hole, so it takes no room on the disk.
        file.truncate(end + 8 + (500 << 20))

    with pytest.raises(ProjectError, match="too large to be read"):
        read_project(large, max_bytes=400 << 20)


def _nested(kind: bytes, depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = kind + struct.pack(">I", len(body) + 4) + b"Fold" + body
    return body


def test_lists_nested_as_deeply_as_is_let_through_end_in_an_answer(
    project: Path, tmp_path: Path
) -> None:
    original = project.read_bytes()
    end = 8 + struct.unpack(">I", original[4:8])[0]
    body = original[8:end] + _nested(b"LIST", DEPTH_LIMIT - 2)
    deep = tmp_path / "deep.aep"
    deep.write_bytes(b"RIFX" + struct.pack(">I", len(body)) + body)

    assert read_in_process(deep).compositions


def test_containers_that_nest_without_being_lists_end_in_an_answer(
    project: Path, tmp_path: Path
) -> None:
    original = project.read_bytes()
    end = 8 + struct.unpack(">I", original[4:8])[0]
    inner = b""
    for _ in range(3000):
        inner = b"fnam" + struct.pack(">I", len(inner)) + inner
    body = original[8:end] + inner
    deep = tmp_path / "deep.aep"
    deep.write_bytes(b"RIFX" + struct.pack(">I", len(body)) + body)

    # Whether Python's stack is deep enough is the process's matter; that it ends is ours.
    with suppress(ProjectError):
        assert read_in_process(deep).compositions


@pytest.fixture(scope="session")
def seeds(project: Path) -> list[bytes]:
    """Real bytes to damage."""
    found = [project.read_bytes()]
    folder = os.environ.get("INTARSIA_SAMPLES")
    if folder is not None:
        found += [path.read_bytes() for path in sorted(Path(folder).glob("*.aep"))]
    return found


WHERE = st.floats(0, 1, exclude_max=True)
BYTES = st.sampled_from(
    [b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0", b"\0\xff"]
) | st.binary(min_size=1, max_size=8)


def _leaves(content: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of the body of each chunk that holds no chunks."""
    while start + 8 <= end:
        size = struct.unpack(">I", content[start + 4 : start + 8])[0]
        body = start + 8
        if content[start : start + 4] == b"LIST" and content[body : body + 4] != b"btdk":
            yield from _leaves(content, body + 4, body + size)
        elif size:
            yield (body, body + size)
        start = body + size + (size & 1)


def _answer(path: Path) -> None:
    """Read it: facts that can be stored, or a sentence, whatever it holds."""
    said = "."
    try:
        facts = read_in_process(path)
        assert ProjectFacts.model_validate_json(facts.model_dump_json()) == facts
    except ProjectError as error:
        said = str(error)
    assert said.endswith(".")
    assert "takes longer than" not in said


@settings(max_examples=campaign.size(10, 30))
@given(data=st.data(), damage=st.lists(st.tuples(WHERE, WHERE, BYTES), min_size=1, max_size=40))
def test_projects_with_damaged_content_end_in_facts_or_in_project_error(
    seeds: list[bytes],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    damage: list[tuple[float, float, bytes]],
) -> None:
    damaged = bytearray(data.draw(st.sampled_from(seeds)))
    leaves = list(_leaves(bytes(damaged), 12, 8 + struct.unpack(">I", damaged[4:8])[0]))
    for which, where, what in damage:
        start, end = leaves[int(which * len(leaves))]
        at = start + int(where * (end - start))
        fitting = what[: end - at]
        damaged[at : at + len(fitting)] = fitting
    path = tmp_path_factory.mktemp("damaged") / "damaged.aep"
    path.write_bytes(damaged)

    _answer(path)


@settings(max_examples=campaign.size(10, 30))
@given(
    data=st.data(),
    damage=st.lists(st.tuples(WHERE, BYTES), max_size=3),
    kept=st.just(1.0) | WHERE,
)
def test_projects_with_damaged_structure_end_in_facts_or_in_project_error(
    seeds: list[bytes],
    tmp_path_factory: pytest.TempPathFactory,
    *,
    data: st.DataObject,
    damage: list[tuple[float, bytes]],
    kept: float,
) -> None:
    damaged = bytearray(data.draw(st.sampled_from(seeds)))
    for where, what in damage:
        at = int(where * len(damaged))
        damaged[at : at + len(what)] = what
    path = tmp_path_factory.mktemp("damaged") / "damaged.aep"
    path.write_bytes(damaged[: int(kept * len(damaged))])

    _answer(path)
