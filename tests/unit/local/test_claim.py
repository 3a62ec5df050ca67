"""One stack per state folder."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

import pytest

from intarsia.local import claim
from intarsia.local.claim import Claim, Holder, holder_of
from intarsia.local.errors import AlreadyRunningError, StateFileError, StoppedError


def test_a_second_claim_is_refused_and_names_the_process_that_has_it(tmp_path: Path) -> None:
    with Claim(tmp_path), pytest.raises(AlreadyRunningError, match=rf"process {os.getpid()}\b"):
        Claim(tmp_path)


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    with Claim(tmp_path / "parent" / "state"):
        assert (tmp_path / "parent" / "state").stat().st_mode & 0o077 == 0


def test_others_learn_how_to_reach_the_stack_until_it_ends(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    with Claim(tmp_path) as claim:
        assert holder_of(tmp_path) == Holder(os.getpid())
        running = Holder(os.getpid(), "http://127.0.0.1:1", "http://127.0.0.1:2")
        claim.say(running)
        assert holder_of(tmp_path) == running
    assert holder_of(tmp_path) is None


@pytest.mark.timeout(60)  # opening a named pipe would wait without limit
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
@pytest.mark.parametrize("name", ["lock", "processes.lock"])
def test_a_lock_that_is_no_file_is_refused_by_name(
    tmp_path: Path, make: Callable[[Path], None], name: str
) -> None:
    make(tmp_path / name)
    refused = pytest.raises(StateFileError, match=f"{name} is not a regular file: remove it")
    with refused, Claim(tmp_path) as claim:
        claim.share(threading.Event())
    if name == "lock":
        with pytest.raises(StateFileError, match="lock is not a regular file: remove it"):
            holder_of(tmp_path)


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    script = (
        "import sys, threading; from pathlib import Path;"
        "from intarsia.local.claim import Claim; claim = Claim(Path(sys.argv[1]));"
        "print(flush=True); threading.Event().wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert holder_of(tmp_path) == Holder(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with Claim(tmp_path):
        assert holder_of(tmp_path) == Holder(os.getpid())


def _lock(path: Path, content: str) -> IO[str]:
    """The lock of a holder that has not written its line yet."""
    path.write_text(content)
    file = path.open("r+")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("line", ["empty", "half", "of an ended process"])
def test_a_holder_is_named_once_it_has_written_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    stale = {"empty": "", "half": '{"pid": 1', "of an ended process": None}[line]
    content = json.dumps({"pid": _ended_process()}) if stale is None else stale
    ours = Holder(os.getpid())
    with _lock(tmp_path / "lock", content) as file:

        def write_it(_seconds: float) -> None:
            os.pwrite(file.fileno(), json.dumps(asdict(ours)).ljust(claim.LINE).encode(), 0)

        monkeypatch.setattr(claim.time, "sleep", write_it)
        assert holder_of(tmp_path) == ours


def test_a_lock_whose_holder_never_says_who_it_is_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "STALE_LIMIT", 0.0)
    with (
        _lock(tmp_path / "lock", "{}"),
        pytest.raises(StateFileError, match=str(tmp_path / "lock")),
    ):
        holder_of(tmp_path)


class Heir:
    """A process that inherited the lock of a stack whose own process has been killed."""

    def __init__(self, state: Path) -> None:
        with Claim(state) as dying:
            share = dying.share(threading.Event())
            self.process = subprocess.Popen(
                [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"],
                stdin=subprocess.PIPE,
                pass_fds=[share.handle],
            )
            share.release()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Meanwhile(threading.Event):
    """Calls a function as soon as somebody waits for it; without one it is set then."""

    def __init__(self, happens: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._happens = happens or self.set

    def wait(self, timeout: float | None = None) -> bool:
        self._happens()
        return self.is_set()


def test_a_start_waits_for_the_processes_of_a_killed_stack(tmp_path: Path) -> None:
    heir = Heir(tmp_path)
    with Claim(tmp_path) as next_one:
        next_one.share(Meanwhile(heir.end)).release()
    assert heir.process.returncode == 0


def test_processes_that_do_not_end_are_named(tmp_path: Path) -> None:
    heir = Heir(tmp_path)
    with (
        Claim(tmp_path) as next_one,
        pytest.raises(AlreadyRunningError, match=rf"process {heir.process.pid}: .*sys.stdin.read"),
    ):
        next_one.share(threading.Event(), limit=0.0)
    heir.end()


def test_the_wait_for_them_can_be_cut_short(tmp_path: Path) -> None:
    heir = Heir(tmp_path)
    with Claim(tmp_path) as next_one, pytest.raises(StoppedError):
        next_one.share(Meanwhile())
    heir.end()
