"""Projects and facts to look at."""

import os
from collections.abc import Callable
from pathlib import Path

import py_aep
import pytest
from PIL import Image

from intarsia.projects.facts import CompositionFacts, LayerFacts, ProjectFacts
from intarsia.projects.reader import read_in_process


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """Path of a sample by its name; the test is skipped where there are none."""
    folder = os.environ.get("INTARSIA_SAMPLES")
    if folder is None:
        pytest.skip("INTARSIA_SAMPLES is not set")
    return lambda name: Path(folder) / name


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: 1 `title` (text), 2 `card` (the composition card), 3 `photo.png`, 4 `Panel` (shape with
    fill and stroke), 5 `Controls` (null with two effects), 6 `camera`; card: 1 `Plate` (solid).
    """
    folder = tmp_path_factory.mktemp("project")
    Image.new("RGB", (100, 50)).save(folder / "photo.png")
    root = py_aep.new().project
    main = root.root_folder.add_comp("main", 1920, 1080, 1.0, 2.0, 25.0)
    card = root.root_folder.add_comp("card", 640, 360, 1.0, 1.0, 30.0)
    main.add_camera("camera", [960.0, 540.0])
    controls = main.add_null()
    controls.name = "Controls"
    for _ in range(2):
        controls.effects.add_property("ADBE Slider Control")
    panel = main.add_shape()
    panel.name = "Panel"
    for kind in ("Fill", "Stroke"):
        panel.property("ADBE Root Vectors Group").add_property(f"ADBE Vector Graphic - {kind}")
    main.add(root.import_file(py_aep.ImportOptions(folder / "photo.png")))
    main.add(card).name = "card"
    title = main.add_text("Hello")
    title.name = "title"
    title.transform["ADBE Opacity"].set_value_at_time(0.0, 0.0)
    title.transform["ADBE Opacity"].set_value_at_time(1.0, 100.0)
    plate = card.add_solid([1.0, 0.0, 0.0], "Red Solid 1", 640, 360, 1.0, 1.0)
    plate.name = "Plate"
    plate.transform["ADBE Position"].dimensions_separated = True
    path = folder / "project.aep"
    root.save(path)
    return path


@pytest.fixture(scope="session")
def facts(project: Path) -> ProjectFacts:
    """The facts of `project`."""
    return read_in_process(project)


Outline = dict[str, list[tuple[str, str | None]]]


@pytest.fixture
def sketch() -> Callable[[Outline], ProjectFacts]:
    """Facts of compositions given as {name: [(layer name, name of the composition in it)]}."""

    def draw(outline: Outline) -> ProjectFacts:
        ids = {name: number for number, name in enumerate(outline, start=1)}
        return ProjectFacts(
            ae_version="26.0x67",
            compositions=tuple(
                CompositionFacts(
                    aeid=ids[key],
                    # Keys may carry a mark, so that two compositions can have one name.
                    name=key.rstrip("'"),
                    width=1,
                    height=1,
                    duration_s=1,
                    frame_rate=25,
                    frames=25,
                )
                for key in outline
            ),
            layers=tuple(
                LayerFacts(
                    composition_id=ids[key],
                    aeid=100 * ids[key] + index,
                    index=index,
                    name=name,
                    kind="av",
                    source_type="comp" if inner else "file",
                    source_comp_id=ids[inner] if inner else None,
                    source_name=inner.rstrip("'") if inner else f"{name}.png",
                    start_s=0,
                    in_s=0,
                    out_s=1,
                )
                for key, layers in outline.items()
                for index, (name, inner) in enumerate(layers, start=1)
            ),
        )

    return draw
