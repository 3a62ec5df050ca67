"""The templates, read back from the files a user would upload."""

import wave
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from examples.templates.build import main
from examples.templates.package import BuiltTemplate

NAMES = ["final-scene", "intro", "name-card", "logo-sting", "main", "lower-third"]
SLOTS = [
    ("final-scene", "IntroClip", "intro"),
    ("final-scene", "LowerThird", "name-card"),
    ("intro", "LogoSting", "logo-sting"),
    ("main", "PrecompLayer", "lower-third"),
]
FONTS = {"LiberationSans", "LiberationSans-Bold", "LiberationSerif", "LiberationSerif-Bold"}


def test_every_template_is_built_and_says_what_it_holds(
    templates: dict[str, BuiltTemplate],
) -> None:
    assert list(templates) == NAMES
    for template in templates.values():
        assert template.path.is_file()
        assert template.path.suffix == f".{template.type}"
        assert template.compositions == (template.name,)
        assert template.display_name
    assert {template.type for template in templates.values()} == {"aep", "zip"}


@pytest.mark.parametrize(
    ("name", "size", "seconds"),
    [
        ("final-scene", (1280, 720), 6.4),
        ("intro", (1280, 720), 2.8),
        ("name-card", (580, 132), 2.6),
        ("logo-sting", (400, 400), 2.4),
        ("main", (1280, 720), 5.0),
        ("lower-third", (640, 144), 4.0),
    ],
)
def test_composition_has_its_documented_size_and_length(
    comp: Callable[[str], Any], name: str, size: tuple[int, int], seconds: float
) -> None:
    found = comp(name)
    assert (found.width, found.height) == size
    assert found.duration == pytest.approx(seconds)
    assert found.frame_rate == 25.0
    assert found.pixel_aspect == 1.0


@pytest.mark.parametrize(("parent", "slot", "child"), SLOTS)
def test_childs_output_fits_its_slot_in_space_and_time(
    comp: Callable[[str], Any], parent: str, slot: str, child: str
) -> None:
    layer, render = comp(parent).layer(slot), comp(child)
    assert (layer.source.width, layer.source.height) == (render.width, render.height)
    assert layer.transform.scale.value == [100.0, 100.0, 100.0]
    assert layer.in_point == pytest.approx(layer.start_time)
    assert layer.out_point == pytest.approx(layer.start_time + render.duration)
    assert layer.out_point <= comp(parent).duration + 1e-6


@pytest.mark.parametrize(("parent", "slot", "child"), SLOTS)
def test_slot_lies_wholly_inside_the_frame(
    comp: Callable[[str], Any], parent: str, slot: str, child: str
) -> None:
    layer = comp(parent).layer(slot)
    left, top = (
        place - anchor
        for place, anchor in zip(
            layer.transform.position.value[:2], layer.transform.anchor_point.value[:2], strict=True
        )
    )
    assert left >= 0
    assert top >= 0
    assert left + layer.source.width <= comp(parent).width
    assert top + layer.source.height <= comp(parent).height


def test_texts_can_be_addressed_by_name(comp: Callable[[str], Any]) -> None:
    texts = {name: {layer.name for layer in comp(name).text_layers} for name in NAMES}
    assert texts["name-card"] == {"speaker", "role"}
    assert texts["lower-third"] == {"name", "title"}
    assert texts["intro"] == {"headline", "kicker"}
    assert "subtitle" in texts["final-scene"]


def test_layer_names_that_jobs_use_are_unambiguous(comp: Callable[[str], Any]) -> None:
    for name in NAMES:
        layers = comp(name).layers
        addressed = {layer.name for layer in comp(name).text_layers}
        addressed |= {slot for parent, slot, _ in SLOTS if parent == name}
        for wanted in addressed:
            assert sum(layer.name == wanted for layer in layers) == 1, (name, wanted)


def test_background_has_exactly_one_colour_and_fills_the_frame(comp: Callable[[str], Any]) -> None:
    layer = comp("final-scene").layer("BackgroundColor")
    leaves = list(_leaves(layer.property("ADBE Root Vectors Group")))
    colours = [leaf for leaf in leaves if leaf.match_name == "ADBE Vector Fill Color"]
    sizes = [leaf.value for leaf in leaves if leaf.match_name == "ADBE Vector Rect Size"]
    assert len(colours) == 1
    assert colours[0].name == "Color"
    assert sizes == [[1280.0, 720.0]]


def test_only_bundled_fonts_are_used(projects: dict[str, Any]) -> None:
    used = {
        entry["font"].post_script_name
        for project in projects.values()
        for entry in project.used_fonts
    }
    assert used
    assert used <= FONTS


def test_no_template_needs_an_effect(projects: dict[str, Any]) -> None:
    assert all(project.effect_names == [] for project in projects.values())


def test_zips_hold_one_project_and_all_its_footage(
    templates: dict[str, BuiltTemplate], projects: dict[str, Any]
) -> None:
    for name, template in templates.items():
        files = [item.main_source for item in projects[name].footages]
        named = {Path(source.file).name for source in files if hasattr(source, "file")}
        if template.type == "aep":
            assert named == set(), f"{name} would miss its footage"
            continue
        with zipfile.ZipFile(template.path) as archive:
            held = set(archive.namelist())
        assert held == {f"{name}.aep"} | {f"footage/{file}" for file in named}


def test_footage_in_zips_is_what_the_project_says(
    templates: dict[str, BuiltTemplate], projects: dict[str, Any]
) -> None:
    for name in ("final-scene", "intro"):
        with zipfile.ZipFile(templates[name].path) as archive:
            for item in projects[name].footages:
                file = Path(getattr(item.main_source, "file", "") or "")
                if file.suffix != ".png":
                    continue
                with Image.open(BytesIO(archive.read(f"footage/{file.name}"))) as image:
                    assert image.size == (item.width, item.height), file.name


def test_final_scene_sounds_from_its_beginning_to_its_end(
    templates: dict[str, BuiltTemplate], comp: Callable[[str], Any]
) -> None:
    with zipfile.ZipFile(templates["final-scene"].path) as archive:
        data = archive.read("footage/marimba.wav")
    with wave.open(BytesIO(data)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
    assert seconds == pytest.approx(comp("final-scene").duration)
    assert comp("final-scene").layer("Marimba").has_audio
    assert 10_000 < max(samples) < 32_767  # to be heard, and not clipped
    assert abs(samples[-1]) < 10


def test_command_builds_over_what_was_there_with_the_same_footage(
    templates: dict[str, BuiltTemplate], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    folder.mkdir(parents=True)
    for template in templates.values():
        (folder / template.path.name).write_text("of before")
    assert main([str(folder)]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == NAMES
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        template.path.name for template in templates.values()
    )
    for name in ("final-scene", "intro"):
        path = templates[name].path
        assert _footage(folder / path.name) == _footage(path)
    for name in ("name-card", "logo-sting", "main", "lower-third"):
        assert (folder / f"{name}.aep").stat().st_size == templates[name].path.stat().st_size


def test_command_wants_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def _leaves(group: Any) -> Iterator[Any]:
    for child in group:
        if hasattr(child, "properties"):
            yield from _leaves(child)
        else:
            yield child


def _footage(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("footage/")]
        return {name: archive.read(name) for name in names}
