"""What drives After Effects drives our compositor too: the same tests against both."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import py_aep
import pytest

from render_container.engines.arguments import Render, render_arguments
from render_container.engines.process import Outcome
from render_container.engines.verdict import judge
from render_container.worker.decoded import movie_frames
from tests.support import engine_in_process

Play = Callable[..., Outcome]
Marked = Callable[[str], list[psutil.Process]]

WORKER = """
import os, sys
from pathlib import Path
from render_container.engines.process import Listener, run_engine
listener = Listener(lambda line: print(line, flush=True), lambda _: None, lambda: False)
run_engine(sys.argv[1:], cwd=Path.cwd(), environment=os.environ, expected_frames=None,
           listener=listener)
"""


@dataclass(frozen=True)
class Engine:
    """How an engine is started, and how it is made to take long."""

    command: list[str]
    name: str
    busy: dict[str, Any]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`main`: ten frames of 64 x 36, a text over a solid; `long`: an hour of it."""
    path = tmp_path_factory.mktemp("template") / "tiny.aep"
    project = py_aep.new().project
    back = project.import_placeholder("Back", 64, 36, 1.0, 1.0)
    back.replace_with_solid([0.1, 0.3, 0.8], "Back", 64, 36, 1.0)
    for name, seconds in (("main", 10 / 25), ("long", 3600)):
        comp = project.root_folder.add_comp(name, 64, 36, 1.0, seconds, 25)
        comp.add(back)
    project.save(path)
    return path


@pytest.fixture(params=["aerender", "compositor"])
def engine(
    request: pytest.FixtureRequest,
    fake_command: list[str],
    render: Render,
    template: Path,
) -> Engine:
    render.project.write_bytes(template.read_bytes())
    if request.param == "aerender":
        return Engine(fake_command, "After Effects 26.0x67", {"mode": "busy_with_grandchild"})
    return Engine(
        [sys.executable, "-m", "render_container.compositor.cli"],
        "Intarsia compositor",
        {"changes": {"composition": "long", "last": 89_999}},
    )


@pytest.fixture
def run(play: Play, engine: Engine, movies: dict[str, Path]) -> Play:
    """Runs the engine; `words` go before the arguments of the render."""

    def started(*words: str, mode: str = "obedient", **options: Any) -> Outcome:
        return play(mode, command=[*engine.command, *words], movie=movies["good"], **options)

    return started


@pytest.fixture
def run_here(run: Play) -> Play:
    """As `run`, but the compositor draws in this process."""
    return partial(run, started_by=engine_in_process.run_engine)


def _verdict(outcome: Outcome) -> tuple[str, str]:
    failure = judge(outcome, 10)
    assert failure is not None
    return failure.kind, failure.reason


def test_a_render_is_followed_to_its_file(run: Play, engine: Engine, render: Render) -> None:
    percents: list[float] = []
    outcome = run(progress=percents.append)
    assert judge(outcome, 10) is None
    assert outcome.log.drawn_by == engine.name
    assert outcome.log.frames == set(range(1, 11))
    assert outcome.log.expected_frames == 10
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(list(movie_frames(render.output))) == 10


def test_the_header_tells_the_length_that_nobody_knew(run_here: Play) -> None:
    outcome = run_here(expected_frames=None)
    assert outcome.log.expected_frames == 10
    assert judge(outcome) is None


def test_an_unknown_composition(run_here: Play) -> None:
    assert _verdict(run_here(changes={"composition": "nowhere"})) == (
        "user",
        "The template has no composition of that name that can be rendered.",
    )


def test_an_unknown_output_module_template(run_here: Play) -> None:
    assert _verdict(run_here(changes={"module": "nx_nothing"})) == (
        "configuration",
        "The engine has no output module template for the job's codec.",
    )


def test_a_flag_that_is_not_aerenders(run: Play) -> None:
    kind, reason = _verdict(run("-r", "script.jsx"))
    assert kind == "configuration"
    assert reason == "The engine refused its command line: Illegal argument flag: -r"


def test_a_missing_project(run_here: Play, tmp_path: Path) -> None:
    outcome = run_here(changes={"project": tmp_path / "gone" / "project.aep"})
    assert _verdict(outcome) == (
        "user",
        "A file that the template needs is missing: project.aep",
    )


def test_a_cancelled_run_is_gone(run: Play, engine: Engine, marked: Marked) -> None:
    mark = uuid4().hex
    lines: list[str] = []
    outcome = run(
        variables={"MARKED_TREE": mark},
        line=lines.append,
        cancelled=lambda: len(lines) >= 3,
        **engine.busy,
    )
    assert outcome.cancelled
    assert outcome.exit_code is None
    assert marked(mark) == []


def test_a_killed_worker_takes_the_engine_with_it(
    engine: Engine, render: Render, marked: Marked
) -> None:
    mark = uuid4().hex
    changes = engine.busy.get("changes", {})
    arguments = render_arguments(Render(**{**vars(render), **changes}))
    environment = {**os.environ, "FAKE_MODE": "busy_with_grandchild", "MARKED_TREE": mark}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, *engine.command, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith(b"aerender version")
        assert len(marked(mark)) >= 3  # the worker, the guard, the engine
        worker.kill()
    deadline = time.monotonic() + 60
    while left := marked(mark):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
