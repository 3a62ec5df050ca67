"""`settings.type: "aep"`: a zip that After Effects opens, with every file that the project uses."""

import json
import zipfile
from pathlib import Path
from typing import Any

import py_aep
import pytest
from PIL import Image
from py_aep.binary.utils import recursive_find

from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.projects.reader import read_in_process
from render_container.worker import stages


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """A zip as Collect Files makes it: a picture, a sequence, and one file that is missing."""
    folder = tmp_path / "author"
    (folder / "(Footage)" / "frames").mkdir(parents=True)
    Image.new("RGB", (64, 36), (9, 99, 9)).save(folder / "(Footage)" / "logo.png")
    for number in range(3):
        name = f"f_{number:04d}.png"
        Image.new("RGB", (64, 36), (9, 9, 9)).save(folder / "(Footage)" / "frames" / name)
    Image.new("RGB", (8, 8)).save(folder / "lost.png")
    project = py_aep.new().project
    comp = project.root_folder.add_comp("Main / Café", 64, 36, 1.0, 1.0, 10)
    for path in ("(Footage)/logo.png", "lost.png"):
        comp.add(project.import_file(py_aep.ImportOptions(str(folder / path))))
    options = py_aep.ImportOptions(str(folder / "(Footage)/frames/f_0000.png"))
    options.sequence = True
    comp.add(project.import_file(options))
    project.save(folder / "Opener.aep")
    archive = tmp_path / "opener.zip"
    with zipfile.ZipFile(archive, "w") as pack:
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "lost.png":
                pack.write(path, path.relative_to(folder))
    return archive


def _package(desk: Any, template: Path, to: Path, **changes: Any) -> tuple[Job, Path]:
    key = "outputs/team/package.zip"
    done = desk.render(desk.add(template, media="aep", output_key=key, **changes))
    assert done.status is Status.FINISHED, done.verdict
    with zipfile.ZipFile(desk.output(done, to / "out.zip")) as pack:
        pack.extractall(to / "unpacked")
    return done, to / "unpacked"


def _records(project: Path) -> dict[str, tuple[int, int]]:
    """Of every footage file its stored path and the counts that lead to it."""
    chunks = recursive_find(py_aep.parse(project).project._rifx.chunks, chunk_type="alas")
    data = [json.loads(chunk.value) for chunk in chunks]
    return {
        item["fullpath"]: (item["ascendcount_base"], item["ascendcount_target"]) for item in data
    }


def test_the_package_has_the_project_and_every_file_it_uses(
    desk: Any, collected: Path, site: Any, media: Path, tmp_path: Path
) -> None:
    site.pages["/x"] = (media / "red.png").read_bytes()
    site.pages["/prices"] = b"a;b\n"
    assets = [
        {"type": "image", "layerName": "logo.png", "src": f"{site.url}/x", "name": "LOGO.png"},
        {"type": "static", "src": f"{site.url}/prices", "name": "prices.csv"},
    ]

    done, folder = _package(desk, collected, tmp_path, assets=assets, composition="Main / Café")

    assert done.output is not None
    assert done.output.frames == 0
    assert (done.output.width, done.output.height) == (64, 36)
    assert (done.output.fps, done.output.duration) == (10, 1)
    assert done.rendered_by == "Intarsia package"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "Opener.aep", "prices.csv", "(Footage)/logo.png", "(Footage)/2/LOGO.png",
        *(f"(Footage)/frames/f_{number:04d}.png" for number in range(3)),
    }  # fmt: skip
    facts = read_in_process(folder / "Opener.aep", root=folder)
    present = {item.name: item.present for item in facts.footage if item.present is not None}
    assert present.pop("lost.png") is False
    assert len(present) == 3
    assert all(present.values())
    assert any('"lost.png"' in warning for warning in done.warnings)
    picture = next(item for item in facts.footage if item.name == "LOGO.png")
    assert (folder / str(picture.local_path)).read_bytes() == (media / "red.png").read_bytes()


def test_paths_in_the_project_are_relative_to_it_and_tell_nothing_of_the_worker(
    desk: Any, collected: Path, tmp_path: Path
) -> None:
    _, folder = _package(desk, collected, tmp_path, composition="Main / Café")
    records = _records(folder / "Opener.aep")
    ours = {path.replace("\\", "/"): counts for path, counts in records.items()}
    inside = {path.partition("(Footage)/")[2]: counts for path, counts in ours.items()}
    assert inside["logo.png"] == (1, 2)
    assert inside["frames"] == (1, 3)
    content = (folder / "Opener.aep").read_bytes()
    assert str(desk.work_folder).encode() not in content
    assert b"int-" not in content


def test_a_bare_project_is_named_after_its_composition(
    desk: Any, template: Path, tmp_path: Path
) -> None:
    text = {"type": "text", "layerName": "Title", "value": "Grüezi"}
    _, folder = _package(desk, template, tmp_path, assets=[text])
    assert [path.name for path in folder.iterdir()] == ["main.aep"]
    app = py_aep.parse(folder / "main.aep")
    layers = next(iter(app.project.compositions)).layers
    (title,) = [layer for layer in layers if layer.name == "Title"]
    assert title.text.source_text.value.text == "Grüezi"


def test_a_package_that_cannot_be_opened_again_is_not_delivered(
    desk: Any, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = stages.package

    def damaged(*arguments: Any) -> Path:
        archive = package(*arguments)
        content = bytearray(archive.read_bytes())
        content[len(content) // 2] ^= 0xFF
        archive.write_bytes(content)
        return archive

    monkeypatch.setattr(stages, "package", damaged)
    job = desk.add(template, media="aep", output_key="outputs/team/package.zip")
    after = desk.render(job)
    assert after.verdict is not None
    assert after.verdict.kind == "transient"
    assert "cannot be read back" in after.verdict.reason
    assert desk.storage.renders.size("outputs/team/package.zip") is None


def test_no_engine_is_started(desk: Any, template: Path, tmp_path: Path) -> None:
    job = desk.add(template, media="aep", output_key="outputs/team/package.zip", engine="ae2026")
    done = desk.render(job, INTARSIA_AERENDER="/nowhere/aerender")
    assert done.status is Status.FINISHED, done.verdict
