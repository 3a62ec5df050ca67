"""Real After Effects files; one of them with a frame that After Effects itself rendered."""

import io

import numpy as np
import py_aep
import pytest
from PIL import Image

from render_container.compositor.arguments import parse
from render_container.compositor.cli import main
from render_container.compositor.render import render
from render_container.compositor.report import Report

TEXTS = {"text_main": "NEXRENDER OK", "text_sub": "cloud container smoke test", "text": "2026"}
TEXT_BOXES = ((400, 270, 1520, 410), (560, 515, 1370, 610), (850, 700, 1070, 800))


@pytest.fixture(scope="module")
def pair(samples, tmp_path_factory):
    """Our frame 50 and After Effects', as R, G, B."""
    folder = tmp_path_factory.mktemp("pair")
    project = py_aep.parse(samples / "validation_motion.aep").project
    comp = next(comp for comp in project.compositions if comp.name == "main")
    for layer in comp.text_layers:
        document = layer.text.source_text.value
        document.text = TEXTS[layer.name]
        layer.text.source_text.value = document
    project.save(str(folder / "set.aep"))
    output = folder / "ours.png"
    words = ["-project", folder / "set.aep", "-comp", "main", "-output", output]
    words += ["-s", "50", "-e", "50", "-OMtemplate", "nx_image_png", "-RStemplate", "nx_full"]
    stream = io.StringIO()
    render(parse([str(word) for word in words]), Report(stream))
    theirs = samples / "validation_motion.frame-50.after-effects-26.2.png"
    return (
        np.asarray(Image.open(output).convert("RGB")).astype(int),
        np.asarray(Image.open(theirs).convert("RGB")).astype(int),
        stream.getvalue(),
    )


def test_a_frame_is_the_one_after_effects_renders(pair):
    ours, theirs, log = pair
    assert ours.shape == theirs.shape
    difference = np.abs(ours - theirs)
    outside = np.ones(ours.shape[:2], dtype=bool)
    for left, top, right, bottom in TEXT_BOXES:
        outside[top:bottom, left:right] = False
    assert difference[outside].mean() < 1
    assert np.percentile(difference[outside], 99.9) < 20
    # Times New Roman in theirs, Liberation Serif in ours: equal metrics, other outlines.
    assert difference[~outside].mean() < 14
    assert "Font family: TimesNewRomanPSMT" in log


def profile(frame, box, axis):
    """How much white each column (axis 0) or row (axis 1) of a text's box holds."""
    left, top, right, bottom = box
    white = frame[top:bottom, left:right].min(axis=2) / 255
    return white.mean(axis=axis) - white.mean()


def test_every_text_stands_where_after_effects_puts_it(pair):
    ours, theirs, _ = pair
    for box in TEXT_BOXES:
        for axis in (0, 1):
            here, there = profile(ours, box, axis), profile(theirs, box, axis)
            shifts = range(-15, 16)
            scores = [float(np.dot(np.roll(here, shift), there)) for shift in shifts]
            assert abs(shifts[int(np.argmax(scores))]) <= 1
            assert np.corrcoef(here, there)[0, 1] > 0.85


def outcome(capsys, *words):
    """Exit code and lines of a render in this process."""
    import signal

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        code = main([str(word) for word in words])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "name", ["nexrender_test.aep", "Layer-01.aep", "Item-01.aep", "Property-01.aep"]
)
def test_every_composition_of_real_projects_renders_or_says_why_not(
    samples, tmp_path, capsys, name
):
    project = py_aep.parse(samples / name).project
    for number, comp in enumerate(project.compositions):
        output = tmp_path / f"{number}.png"
        start = project.display_start_frame + comp.display_start_frame
        code, lines = outcome(
            capsys,
            *("-project", samples / name, "-comp", comp.name, "-output", output),
            *("-s", start, "-e", start, "-continueOnMissingFootage"),
        )
        assert code == 0, lines[-1]
        assert Image.open(output).size == (comp.width, comp.height)


def test_missing_footage_of_a_real_project_is_named(samples, tmp_path, capsys):
    output = tmp_path / "o.mp4"
    code, lines = outcome(
        capsys, "-project", samples / "nexrender_test.aep", "-comp", "Comp 1", "-output", output
    )
    assert code == 9
    assert lines[-1].startswith("aerender ERROR: After Effects error: Unable to Render: File Not")
    assert "square.jpg" in lines[-1]
    assert not output.exists()


def test_a_very_old_project_is_a_clear_error(samples, tmp_path, capsys):
    words = ("-comp", "main", "-output", tmp_path / "o.mp4")
    code, lines = outcome(capsys, "-project", samples / "old_project.aep", *words)
    assert code == 9
    assert "Unable to open the project old_project.aep" in lines[-1]
