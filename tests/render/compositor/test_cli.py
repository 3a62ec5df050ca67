"""The command as a process of its own: lines, exit codes, signals."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "render_container.compositor.cli"]
FRAME = re.compile(r"^PROGRESS:  (\d+):(\d\d):(\d\d):(\d\d) \((\d+)\): \d+ Seconds$")


def run(*words, **extra):
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **extra,
    )


@pytest.fixture
def project(studio):
    comp = studio.comp("Main Comp", seconds=0.2)
    studio.solid(comp)
    return studio.save()


def test_a_render_says_what_aerender_says(project, tmp_path):
    output = tmp_path / "out.mp4"
    done = run("-project", project, "-comp", "Main Comp", "-output", output)
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "aerender version 26.0x0 (Intarsia compositor)"
    assert lines[1].startswith("PROGRESS: Launching")
    assert lines[3] == "PROGRESS: Adding specified comp to Render Queue"
    start = r"PROGRESS:  \d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M: Starting composition Main Comp\."
    assert re.fullmatch(start, lines[4])
    assert lines[5:7] == ["", ""]
    for wanted in (
        "PROGRESS:  Render Settings: Best Settings",
        "PROGRESS:  Start: 0:00:00:00",
        "PROGRESS:  End: 0:00:00:04",
        "PROGRESS:  Duration: 0:00:00:05",
        "PROGRESS:  Frame Rate: 25.000 (comp)",
        f"PROGRESS:  Output To: {output}",
        "PROGRESS:  Final Size: 64 x 48",
        "PROGRESS:  Post-Render Action: None",
    ):
        assert wanted in lines
    frames = [FRAME.match(line) for line in lines if FRAME.match(line)]
    assert [(int(found[4]), int(found[5])) for found in frames] == [(n, n + 1) for n in range(5)]
    assert re.search(r"Finished composition Main Comp\.$", lines[-2])
    assert re.fullmatch(r"PROGRESS:  Total Time Elapsed: \d+ Seconds", lines[-1])
    assert output.stat().st_size > 500
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.mp4", "project.aep"]


def test_errors_only(project, tmp_path):
    done = run(
        "-project", project, "-comp", "Main Comp", "-output", tmp_path / "o.mp4", "-v", "ERRORS"
    )
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["aerender version 26.0x0 (Intarsia compositor)"]


def test_the_log_file_gets_the_same_lines(project, tmp_path):
    log = tmp_path / "render.log"
    done = run(
        "-project", project, "-comp", "Main Comp", "-output", tmp_path / "o.mp4", "-log", log
    )
    assert log.read_text() == done.stdout


@pytest.mark.parametrize("flag", ["-version", "-help", "-h"])
def test_version_and_help_exit_as_aerender_does(flag):
    done = run(flag)
    assert done.returncode == 15
    assert done.stdout.startswith("aerender version 26.0x0 (Intarsia compositor)\n")
    assert ("USAGE" in done.stdout) == (flag != "-version")


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ("", 2, "aerender ERROR: No project provided and no project open."),
        ("-project {p}", 2, "aerender ERROR: No composition was given: name one with -comp."),
        ("-project {p} -comp X", 9, "aerender ERROR: No comp was found with the given name."),
        (
            "-project {p} -comp Main_Comp",
            9,
            "aerender ERROR: Specified render queue item needs output file but none provided.",
        ),
        (
            "-project {p} -comp Main_Comp -output {d}/o.mp4 -OMtemplate Best",
            9,
            "aerender ERROR: No output module template was found with the given name.",
        ),
        (
            "-project {p} -comp Main_Comp -output {d}/o.mp4 -RStemplate Worst",
            9,
            "aerender ERROR: No render settings template was found with the given name.",
        ),
        ("-r x.jsx", 3, "aerender SYNTAX ERROR: Illegal argument flag: -r"),
        ("-project", 3, "aerender SYNTAX ERROR: no value given for flag: -project"),
        (
            "-project {p} -rqindex 1",
            2,
            (
                "aerender ERROR: -rqindex is not supported: the compositor has no render queue; "
                "name the composition with -comp."
            ),
        ),
        (
            "-project {d}/none.aep -comp X",
            9,
            "aerender ERROR: After Effects error: File Not Found {d}/none.aep",
        ),
    ],
)
def test_errors_are_aerenders_with_its_exit_codes(project, tmp_path, words, code, line):
    filled = words.format(p=project, d=tmp_path).split()
    done = run(*(word.replace("Main_Comp", "Main Comp") for word in filled))
    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == line.format(d=tmp_path)


def test_a_file_that_is_no_project_is_a_clear_error(tmp_path):
    path = tmp_path / "broken.aep"
    path.write_bytes(b"RIFX\0\0\0\x10Egg!" + os.urandom(200))
    done = run("-project", path, "-comp", "X", "-output", tmp_path / "o.mp4")
    assert done.returncode == 9
    assert "Unable to open the project broken.aep" in done.stdout


@pytest.fixture
def endless(studio):
    """A project whose render takes minutes."""
    comp = studio.comp(size=(1920, 1080), seconds=600.0)
    turn = studio.solid(comp).transform.rotation
    turn.set_value_at_time(0, 0)
    turn.set_value_at_time(600, 36_000)
    return studio.save()


@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out_[#####].png"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_render_without_leaving_anything(endless, tmp_path, name, number, code):
    folder = tmp_path / "out"
    folder.mkdir()
    words = [*COMMAND, "-project", endless, "-comp", "main", "-output", folder / name]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            begun = any(folder.iterdir())  # the encoder holds the first frames back
            if (found := FRAME.match(line)) and int(found[5]) >= 2 and begun:
                break
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == code
    finally:
        process.kill()
    assert rest.splitlines()[-1] == "INFO: Render aborted."
    assert list(folder.iterdir()) == []


def test_a_broken_pipe_ends_the_render_without_leaving_anything(endless, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    words = [*COMMAND, "-project", endless, "-comp", "main", "-output", folder / "a.mp4"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=30) != 0
    finally:
        process.kill()
    assert list(folder.iterdir()) == []


def test_the_package_imports_nothing_else_of_this_project_but_how_movies_are_written():
    code = (
        "import sys, render_container.compositor.cli, render_container.compositor.render;"
        "import render_container.compositor.painter, render_container.encoding;"
        "ours = ('intarsia', 'lambdas', 'stacks', 'render_container.');"
        "print([name for name in sys.modules if name.startswith(ours)"
        " and not name.startswith(('render_container.compositor', 'render_container.encoding'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_and_version_do_not_load_the_heavy_libraries():
    code = (
        "import sys; from render_container.compositor.cli import main; main(['-version']);"
        "print([name for name in ('skia', 'av', 'numpy', 'py_aep') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_entry_point_is_this_module():
    from importlib.metadata import entry_points

    (found,) = entry_points(group="console_scripts", name="intarsia-aerender")
    assert found.value == "render_container.compositor.cli:main"
    assert Path(sys.executable).with_name("intarsia-aerender").exists()
