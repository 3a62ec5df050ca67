"""The command: lines and exit codes; as a process of its own where it is about processes."""

import io
import os
import re
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from render_container.compositor.cli import main

COMMAND = [sys.executable, "-m", "render_container.compositor.cli"]
FRAME = re.compile(r"^PROGRESS:  (\d+):(\d\d):(\d\d):(\d\d) \((\d+)\): \d+ Seconds$")


def start(*words):
    """Run the command as a process; returns its exit code and what it wrote."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def run():
    """Run the command in this process; gives its exit code and what it wrote."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def call(*words):
        written = io.StringIO()
        with redirect_stdout(written):
            code = main([*map(str, words)])
        return code, written.getvalue()

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def project(studio):
    comp = studio.comp("Main Comp", seconds=0.2)
    studio.solid(comp)
    return studio.save()


def test_a_render_says_what_aerender_says(project, tmp_path):
    output = tmp_path / "out.mp4"
    code, written = start("-project", project, "-comp", "Main Comp", "-output", output)
    assert code == 0
    lines = written.splitlines()
    assert lines[0] == "aerender version 26.0x0 (Intarsia compositor)"
    assert lines[1].startswith("PROGRESS: Launching")
    assert lines[3] == "PROGRESS: Adding specified comp to Render Queue"
    starting = r"PROGRESS:  \d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M: Starting composition Main Comp\."
    assert re.fullmatch(starting, lines[4])
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


def test_errors_only(run, project, tmp_path):
    words = ["-project", project, "-comp", "Main Comp", "-output", tmp_path / "o.mp4"]
    assert run(*words, "-v", "ERRORS") == (0, "aerender version 26.0x0 (Intarsia compositor)\n")


def test_the_log_file_gets_the_same_lines(run, project, tmp_path):
    log = tmp_path / "render.log"
    words = ["-project", project, "-comp", "Main Comp", "-output", tmp_path / "o.mp4"]
    code, written = run(*words, "-log", log)
    assert code == 0
    assert log.read_text() == written


@pytest.mark.parametrize("flag", ["-version", "-help", "-h"])
def test_version_and_help_exit_as_aerender_does(run, flag):
    code, written = run(flag)
    assert code == 15
    assert written.startswith("aerender version 26.0x0 (Intarsia compositor)\n")
    assert ("USAGE" in written) == (flag != "-version")


def test_an_error_is_the_exit_code_of_the_process():
    code, written = start("-r", "x.jsx")
    assert code == 3
    assert written.splitlines()[-1] == "aerender SYNTAX ERROR: Illegal argument flag: -r"


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
def test_errors_are_aerenders_with_its_exit_codes(run, project, tmp_path, *, words, code, line):
    filled = words.format(p=project, d=tmp_path).split()
    found, written = run(*(word.replace("Main_Comp", "Main Comp") for word in filled))
    assert found == code
    assert written.splitlines()[-1] == line.format(d=tmp_path)


def test_a_file_that_is_no_project_is_a_clear_error(run, tmp_path):
    path = tmp_path / "broken.aep"
    path.write_bytes(b"RIFX\0\0\0\x10Egg!" + os.urandom(200))
    code, written = run("-project", path, "-comp", "X", "-output", tmp_path / "o.mp4")
    assert code == 9
    assert "Unable to open the project broken.aep" in written


@pytest.fixture
def endless(studio):
    """A project whose render takes minutes."""
    comp = studio.comp(size=(320, 180), seconds=9000.0)
    turn = studio.solid(comp).transform.rotation
    turn.set_value_at_time(0, 0)
    turn.set_value_at_time(9000, 540_000)
    return studio.save()


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        ("out.mp4", signal.SIGTERM, 143),
        ("out.mov", signal.SIGTERM, 143),
        ("out_[#####].png", signal.SIGTERM, 143),
        ("out.mp4", signal.SIGINT, 130),
    ],
)
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
        assert process.wait(timeout=600) == code
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
        assert process.wait(timeout=600) != 0
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
