"""Driving an engine's process: it is heard in full, it never hangs us, it never stays behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from render_container.engines.errors import EngineError
from render_container.engines.log import Phase
from render_container.engines.process import Listener, Outcome, run_engine

Play = Callable[..., Outcome]


def test_a_run_is_heard_in_full(play: Play) -> None:
    lines: list[str] = []
    percents: list[float] = []
    outcome = play("success", line=lines.append, progress=percents.append)
    assert outcome.exit_code == 0
    assert not outcome.hung
    assert lines[0] == "aerender version 26.0x67"
    assert lines[-1] == "PROGRESS:  Total Time Elapsed: 2 Seconds"
    assert outcome.log.drawn_by == "After Effects 26.0x67"
    assert outcome.log.frames == set(range(1, 11))
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_lines_of_two_streams_are_not_mixed_up(play: Play) -> None:
    lines: list[str] = []
    outcome = play("two_streams", line=lines.append)
    assert lines.count("noise from the other stream") == 200
    assert outcome.log.frames == set(range(1, 11))


def test_undecodable_and_control_bytes_make_no_line_of_their_own(play: Play) -> None:
    lines: list[str] = []
    outcome = play("bad_bytes", line=lines.append)
    assert outcome.log.frames == set(range(1, 11))
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("mode", "bounds", "complaint"),
    [
        ("hang_at_launch", {"launch": 0.3}, "said nothing for 0.3 seconds after its launch"),
        ("hang_at_open", {"open": 0.2}, "did not begin to render within 0.2 seconds"),
        ("hang_at_first_frame", {"first_frame": 0.2}, "drew no frame for 0.2 seconds"),
        ("hang_between_frames", {"frame": 0.3}, "drew no frame for 0.3 seconds after 2 frames"),
        ("hang_at_finish", {"finish": 0.2}, "did not complete the file within 0.2 seconds"),
        ("hang_at_exit", {"exit": 0.2}, "did not exit within 0.2 seconds of finishing"),
        ("endless", {"total": 0.5}, "took longer than 0.5 seconds"),
    ],
)
def test_a_hang_in_any_phase_is_ended(
    play: Play,
    tmp_path: Path,
    mode: str,
    bounds: dict[str, float],
    complaint: str,
    *,
    far_bound: Callable[[float], float],
) -> None:
    pid_file = tmp_path / "pid"
    began = time.monotonic()
    outcome = play(mode, pid_file=pid_file, **bounds)
    assert outcome.hung == complaint
    assert outcome.exit_code is None
    assert time.monotonic() - began < far_bound(5)
    if pid_file.exists():
        assert _is_gone(int(pid_file.read_text()))


@pytest.mark.parametrize("mode", ["busy_with_grandchild", "busy_with_runaway"])
def test_a_cancelled_run_is_killed_with_its_grandchildren(
    play: Play, tmp_path: Path, mode: str
) -> None:
    pid_file = tmp_path / "pid"
    outcome = play(mode, pid_file=pid_file, cancelled=pid_file.exists)
    assert outcome.cancelled
    assert _is_gone(int(pid_file.read_text()))


def test_a_grandchild_that_outlives_the_engine_neither_blocks_nor_stays(
    play: Play, tmp_path: Path, far_bound: Callable[[float], float]
) -> None:
    pid_file = tmp_path / "pid"
    began = time.monotonic()
    outcome = play("orphan", pid_file=pid_file)
    assert outcome.exit_code == 0
    assert outcome.log.phase is Phase.EXIT
    assert time.monotonic() - began < far_bound(4)
    assert _is_gone(int(pid_file.read_text()))


def test_nothing_is_left_running_when_a_listener_raises(play: Play, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    def stop() -> bool:
        if pid_file.exists():
            raise InterruptedError
        return False

    with pytest.raises(InterruptedError):
        play("busy_with_grandchild", pid_file=pid_file, cancelled=stop)
    assert _is_gone(int(pid_file.read_text()))


def test_a_crash_is_told_from_an_exit(play: Play) -> None:
    assert play("crash").exit_code == 128 + 11
    assert play("exit_without_a_word").exit_code == 9


@pytest.mark.parametrize("command", ["/nowhere/aerender", "./aerender", "no-such-aerender"])
def test_a_command_that_does_not_exist_cannot_be_started(command: str, tmp_path: Path) -> None:
    listener = Listener(lambda _: None, lambda _: None, lambda: False)
    with pytest.raises(EngineError, match="cannot be started"):
        run_engine(
            [command],
            cwd=tmp_path,
            environment={},
            expected_frames=1,
            listener=listener,
        )


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
@pytest.mark.parametrize("mode", ["busy_with_grandchild", "busy_with_daemon", "deaf"])
def test_the_engine_dies_with_a_killed_worker(
    tmp_path: Path,
    mode: str,
    fake_command: list[str],
    marked: Callable[[str], list[psutil.Process]],
) -> None:
    pid_file = tmp_path / "pid"
    mark = uuid4().hex
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from render_container.engines.process import Listener, run_engine\n"
        "quiet = Listener(lambda _: None, lambda _: None, lambda: False)\n"
        "run_engine(sys.argv[1:], cwd=Path.cwd(), environment=os.environ, expected_frames=1,\n"
        "           listener=quiet)\n"
    )
    engine = [*fake_command, "-s", "0", "-e", "9", "-output", str(tmp_path / "o")]
    played = {"FAKE_MODE": mode, "FAKE_PID": str(pid_file), "MARKED_TREE": mark}
    worker = subprocess.Popen(
        [sys.executable, "-c", program, *engine], env={**os.environ, **played}
    )
    try:
        member = int(_wait_for_text(pid_file))
        assert member in {process.pid for process in marked(mark)}
    finally:
        worker.kill()
        worker.wait()
    assert _holds(lambda: not marked(mark))


def _is_gone(pid: int, seconds: float = 60.0) -> bool:
    """Whether the process ends within `seconds`; a zombie has ended."""
    try:
        process = psutil.Process(pid)
        deadline = time.monotonic() + seconds
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        pass
    return True


def _wait_for_text(path: Path) -> str:
    assert _holds(lambda: path.exists() and path.read_text() != ""), f"{path} was not written"
    return path.read_text()


def _holds(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether a condition comes true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
