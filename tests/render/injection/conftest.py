"""Projects to inject into, made by py-aep, and media files to inject."""

import io
import os
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import numpy as np
import py_aep
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydantic import TypeAdapter

from intarsia.domain.nested import ManifestAsset
from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.reader import read_in_process
from render_container.compositor.arguments import parse
from render_container.compositor.render import render
from render_container.compositor.report import Report
from render_container.injection.offline import Applied, apply_plan
from render_container.injection.plan import Operation, Plan, build_plan

ASSETS: TypeAdapter[list[ManifestAsset]] = TypeAdapter(list[ManifestAsset])
Rgb = NDArray[np.int_]


@dataclass
class Result:
    """What an injection said, and the saved project read again."""

    applied: Applied
    saved: Path

    @cached_property
    def facts(self) -> ProjectFacts:
        """What introspection finds in the saved project."""
        return read_in_process(self.saved)

    @cached_property
    def project(self) -> Any:
        """The saved project as py-aep reads it."""
        return py_aep.parse(self.saved).project

    def layer(self, composition: str, index: int) -> Any:
        """py-aep's layer, by composition and 1-based index."""
        comp = next(comp for comp in self.project.compositions if comp.name == composition)
        return comp.layers[index - 1]

    def named(self, name: str) -> LayerFacts:
        """The only layer that a renderer would find under `name`."""
        (layer,) = [layer for layer in self.facts.layers if layer.name == name]
        return layer


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """Path of a sample by its name; the test is skipped where there are none."""
    folder = os.environ.get("INTARSIA_SAMPLES")
    if folder is None:
        pytest.skip("INTARSIA_SAMPLES is not set")
    return lambda name: Path(folder) / name


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with red.png (64x36), blue.jpg, clip.mp4 (25 fps, 1 s), long.mp4 (3 s), tone.wav."""
    folder = tmp_path_factory.mktemp("media")
    Image.new("RGBA", (64, 36), (255, 0, 0, 128)).save(folder / "red.png")
    Image.new("RGB", (32, 32), (0, 0, 255)).save(folder / "blue.jpg")
    _video(folder / "clip.mp4", seconds=1)
    _video(folder / "long.mp4", seconds=3)
    with wave.open(str(folder / "tone.wav"), "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(48_000)
        tone.writeframes(bytes(2 * 48_000))
    return folder


def _video(path: Path, seconds: int) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        picture = np.zeros((36, 64, 3), np.uint8)
        for _ in range(25 * seconds):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, media: Path) -> Path:
    """main > intro > logo, 1920x1080, 25 fps, 2 s.

    main: 1 `title` (text), 2 `Intro` (the composition intro), 3 `photo.png` (footage, unnamed),
    4 `Background` (solid), 5 `Controls` (null with effects), 6 `Panel` (shape with one fill).
    intro: 1 `title` (text), 2 `logo` (the composition logo). logo: 1 `Mark` (solid that
    `Background` shares), 2 `photo.png` (the same footage).
    """
    project = py_aep.new().project
    photo = media / "photo.png"
    Image.new("RGB", (100, 50)).save(photo)
    still = project.import_file(py_aep.ImportOptions(photo))
    main, intro, logo = (
        project.root_folder.add_comp(name, 1920, 1080, 1.0, 2.0, 25.0)
        for name in ("main", "intro", "logo")
    )
    # Layers are put on top, so the last comes first.
    panel = main.add_shape()
    panel.name = "Panel"
    contents = panel.property("ADBE Root Vectors Group")
    contents.add_property("ADBE Vector Shape - Rect")
    contents.add_property("ADBE Vector Graphic - Fill")
    controls = main.add_null()
    controls.name = "Controls"
    for effect in ("Slider Control", "Color Control", "Checkbox Control", "Point Control"):
        controls.effects.add_property(f"ADBE {effect}")
    background = main.add_solid([0.5, 0.5, 0.5], "Grey Solid 1", 1920, 1080, 1.0, 2.0)
    background.name = "Background"
    main.add(still)
    main.add(intro).name = "Intro"
    main.add_text("Hello").name = "title"
    logo.add(still)
    logo.add(background.source).name = "Mark"
    intro.add(logo).name = "logo"
    intro.add_text("Small").name = "title"
    path = tmp_path_factory.mktemp("template") / "template.aep"
    project.save(path)
    return path


@pytest.fixture
def inject(template: Path, tmp_path: Path) -> Callable[..., Result]:
    """Apply operations to a project (the template unless given) and read the result again."""

    def run(*operations: Operation, project: Path = template) -> Result:
        saved = tmp_path / "injected.aep"
        applied = apply_plan(project, Plan(operations=operations), saved)
        return Result(applied, saved)

    return run


class Stage:
    """One project: built by a test, changed by assets, drawn by the compositor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project: Any = py_aep.new().project
        self.files: dict[int, Path] = {}
        """Files of footage assets, by position."""
        self.said: list[str] = []
        """Warnings of the last injection."""
        self._count = 0

    def comp(
        self, name: str = "main", size: tuple[int, int] = (64, 48), seconds: float = 1.0
    ) -> Any:
        comp = self.project.root_folder.add_comp(name, *size, 1.0, seconds, 25.0)
        comp.bg_color = [0.0, 0.0, 0.0]
        return comp

    def solid(self, comp: Any, name: str, colour: Any, size: Any = None) -> Any:
        layer = comp.add_solid(list(colour), f"{name} solid", *(size or (comp.width, comp.height)))
        layer.name = name
        return layer

    def inject(self, *assets: dict[str, Any]) -> Path:
        """The project with the assets in it, as clients write them."""
        self._count += 1
        template = self.folder / f"template-{self._count}.aep"
        self.project.save(template)
        plan = build_plan(ASSETS.validate_python(list(assets)), self.files)
        saved = self.folder / f"injected-{self._count}.aep"
        self.said = apply_plan(template, Plan.from_json(plan.to_json()), saved).warnings
        return saved

    def draw(self, project: Path, frame: int = 0, comp: str = "main") -> Rgb:
        """One frame of a project over black, from 0 to 255."""
        picture = project.with_suffix(f".{comp}.{frame}.png")
        numbers = ["-s", str(frame), "-e", str(frame)]
        words = ["-project", str(project), "-comp", comp, "-output", str(picture)]
        render(parse([*words, *numbers, "-OMtemplate", "image_png"]), Report(io.StringIO()))
        drawn = Image.open(picture).convert("RGBA")
        black = Image.new("RGBA", drawn.size, (0, 0, 0, 255))
        return np.asarray(Image.alpha_composite(black, drawn).convert("RGB")).astype(int)

    def frame(self, *assets: dict[str, Any], frame: int = 0, comp: str = "main") -> Rgb:
        """One frame after the assets were injected."""
        return self.draw(self.inject(*assets), frame, comp)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def called() -> Callable[..., dict[str, Any]]:
    """A function asset: its name without `nx:`, and its params."""

    def make(name: str, **params: Any) -> dict[str, Any]:
        return {"type": "function", "name": f"nx:{name}", "params": params}

    return make
