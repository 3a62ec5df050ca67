"""Templates and media for plans that py-aep and After Effects' script carry out alike."""

import itertools
import os
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import py_aep
import pytest
from PIL import Image
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from render_container.injection.plan import Plan, build_plan
from tests.render.injection.extendscript.dom.injectors import Injectors
from tests.render.injection.extendscript.dom.templates import TEMPLATES, add_samples
from tests.render.injection.extendscript.dom.world import Habits, World

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])

MEDIA = {
    "red.png": "image",
    "blue.jpg": "image",
    "clip.mp4": "video",
    "tone.wav": "audio",
    "it's a 'quoted' \"name\".png": "image",
    "50%20off.png": "image",
    "\u2028 \U0001f600.png": "image",
}
"""Files and their kinds; and two that are none: text.txt, broken.png."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all of these tests in one process, so that they share templates and one Node process."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("extendscript"))


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of MEDIA, text.txt and broken.png."""
    folder = tmp_path_factory.mktemp("media")
    for number, (name, kind) in enumerate(MEDIA.items()):
        if kind == "image":
            Image.new("RGB", (16 + 16 * number, 16), (number, 0, 0)).save(folder / name)
    _movie(folder / "clip.mp4")
    with wave.open(str(folder / "tone.wav"), "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(48_000)
        tone.writeframes(bytes(2 * 48_000))
    (folder / "text.txt").write_text("no picture")
    (folder / "broken.png").write_text("no picture either")
    return folder


def _movie(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for _ in range(25):
            frame = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, media: Path) -> dict[str, Path]:
    """The template files that dom/templates.py builds, by name; samples too where there are."""
    folder = tmp_path_factory.mktemp("templates")
    paths = {}
    for name, build in TEMPLATES.items():
        project = py_aep.new().project
        build(project, media)
        paths[name] = folder / f"{name}.aep"
        project.save(paths[name])
    samples = os.environ.get("INTARSIA_SAMPLES")
    return paths | (add_samples(Path(samples)) if samples else {})


@pytest.fixture
def injectors(tmp_path: Path) -> Iterator[Injectors]:
    """Both injectors, side by side."""
    with Injectors(tmp_path).sharing_facts() as both:
        yield both


@dataclass
class Stage:
    """One project that a test builds, and what both injectors make of it."""

    folder: Path
    project: Any
    injectors: Injectors
    _numbers: Iterator[int]

    def comp(self, name: str = "main", size: tuple[int, int] = (64, 48)) -> Any:
        return self.project.root_folder.add_comp(name, *size, 1.0, 2.0, 25.0)

    def save(self) -> Path:
        path = self.folder / f"stage-{next(self._numbers)}.aep"
        self.project.save(path)
        return path

    def world(self, habits: Habits | None = None) -> World:
        """After Effects with the project, read again from a file."""
        return World(py_aep.parse(self.save()).project, habits=habits)

    def plan(self, *assets: dict[str, Any], files: dict[int, Path] | None = None) -> Plan:
        return build_plan(ASSETS.validate_python(list(assets)), files or {})

    def inject(self, *assets: dict[str, Any], files: dict[int, Path] | None = None) -> Any:
        """The project after our script carried the assets out, which py-aep did alike."""
        return self.injectors.agree(self.save(), self.plan(*assets, files=files))


@pytest.fixture
def stage(tmp_path: Path, injectors: Injectors) -> Stage:
    return Stage(tmp_path, py_aep.new().project, injectors, itertools.count())


@pytest.fixture
def opened() -> Callable[[Path], World]:
    """After Effects with a project open."""
    return lambda path: World(py_aep.parse(path).project)
