"""A worker whose machine has an agent: the render is handed over, all else stays as it is."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from intarsia.domain.states import Status
from render_container.host import client
from render_container.host.agent import Agent
from render_container.host.timing import Timing
from tests.support.paths import FAKE_AERENDER

QUICK = Timing(look=0.02, beat=0.05, client_stale=5, agent_stale=1)


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(client, "Timing", lambda: QUICK)
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def agent(spool: Path, media: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent whose After Effects is the stand-in, which only it knows."""
    movie = str(media / "clip.mp4")
    program = (
        "import os, runpy, sys; "
        f"os.environ.update(FAKE_MODE='success', FAKE_MOVIE={movie!r}); "
        f"sys.path.insert(0, {str(FAKE_AERENDER.parent)!r}); "
        f"sys.argv[0] = {str(FAKE_AERENDER)!r}; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    launcher = spool.with_name("launcher.py")
    launcher.write_text(program)
    variables = {"INTARSIA_AERENDER": f"'{sys.executable}' '{launcher}'"}
    stop = Event()
    # The guard that kills the engine with its starter looks at the thread: it lives long enough.
    serving = Thread(target=Agent(spool, variables, timing=QUICK).serve, args=[stop])
    serving.start()
    yield
    stop.set()
    serving.join()


@pytest.mark.usefixtures("agent")
def test_the_agent_draws_and_the_worker_delivers(desk: Any, template: Path, spool: Path) -> None:
    job = desk.add(template, engine="ae2026")
    done = desk.render(job, INTARSIA_SPOOL=str(spool))
    assert done.status is Status.FINISHED, done.verdict
    assert done.output.frames == 10
    assert done.rendered_by == "After Effects 26.0x67"
    assert "engine: run by the agent on the machine" in desk.log(job)
    assert "Total Time Elapsed" in desk.log(job)
    assert not list((spool / "clients").iterdir())


def test_without_an_agent_another_machine_may_do(desk: Any, template: Path, spool: Path) -> None:
    after = desk.render(desk.add(template, engine="ae2026"), INTARSIA_SPOOL=str(spool))
    assert after.verdict.kind == "transient"
    assert "no heartbeat" in after.verdict.reason
    assert not list((spool / "clients").iterdir())


def test_without_a_spool_the_installation_is_wrong(
    desk: Any, template: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    after = desk.render(desk.add(template, engine="ae2026"), INTARSIA_SPOOL=str(gone))
    assert after.verdict.kind == "configuration"
    assert "INTARSIA_SPOOL" in after.verdict.reason


def test_what_the_compositor_draws_is_not_handed_over(
    desk: Any, template: Path, spool: Path
) -> None:
    job = desk.add(template)
    done = desk.render(job, INTARSIA_SPOOL=str(spool))
    assert done.status is Status.FINISHED, done.verdict
    assert "run by the agent" not in desk.log(job)
