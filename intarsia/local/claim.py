"""Locks that allow one stack per state folder, and end with the processes that hold them.

The process that runs the stack holds the file `lock` and writes its process id and addresses into
it. Its child processes that write into the folder inherit the lock of `processes.lock`. If the
stack is killed, the next one waits until these children have ended too.

The locks use flock: Linux, macOS, and Windows under WSL.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

import psutil

from intarsia.local import files
from intarsia.local.errors import AlreadyRunningError, StateFileError, StoppedError

LINE = 512  # bytes
POLL = 0.05  # seconds

ORPHAN_LIMIT = 60.0
"""Seconds that a start waits until the processes of a killed stack have ended.

They take about one second to end; a worker that ignores SIGTERM takes six. The limit allows for
slow machines. A process that still runs after it is considered hung.
"""

STALE_LIMIT = 10.0
"""Seconds after which a held lock is an error if its file contains no running process.

The holder needs microseconds to write its process id into the file.
"""


@dataclass(frozen=True)
class Holder:
    """The `intarsia up` process that uses a state folder, as written into the file `lock`.

    Only one local stack at a time may use a state folder.
    """

    pid: int
    url: str | None = None
    """Origin of the API; None while the stack starts."""
    endpoint: str | None = None
    """Origin of the emulator; None while the stack starts."""


class Claim:
    """Exclusive lock on a state folder (flock). The system releases it if the holder is killed."""

    def __init__(self, state: Path) -> None:
        """Lock the state folder, and create it if missing.

        Raises AlreadyRunningError if another process holds the lock; the message has its process
        id. Raises StateFileError if the lock is held, but its file contains no running process, and
        if the path of the lock leads to anything else than a file.
        """
        # Owner only: logs contain every team's jobs, and read access to a lock's file is enough to
        # hold the lock.
        files.private_folder(state)
        self._state = state
        self._file = _open(_file(state))
        while not _locked(self._file):
            # None: another process held the lock only for a moment, to read the holder.
            if holder := holder_of(state):
                self._file.close()
                raise AlreadyRunningError(
                    f"a stack already runs from {state.absolute()} (process {holder.pid}): stop it "
                    "with `intarsia down`, or start another one with --state and another folder"
                )
            time.sleep(POLL)
        self.say(Holder(os.getpid()))

    def say(self, holder: Holder) -> None:
        """Write `holder` into the lock's file, for other processes to read."""
        # One write of a fixed length, so that no reader gets a partial line.
        line = json.dumps(asdict(holder)).ljust(LINE)
        os.pwrite(self._file.fileno(), line.encode(), 0)

    def share(self, ending: threading.Event, limit: float = ORPHAN_LIMIT) -> "Share":
        """Wait for the end of the previous stack's processes; return the lock for this stack's.

        Raises AlreadyRunningError if processes still run after `limit` seconds; the message lists
        them. Raises StoppedError if `ending` is set during the wait.
        """
        file = _open(self._state / "processes.lock")
        deadline = time.monotonic() + limit
        while not _locked(file):
            if ending.wait(POLL) or time.monotonic() > deadline:
                file.close()
                if ending.is_set():
                    raise StoppedError("stopped while processes of the previous stack were ending")
                raise AlreadyRunningError(_who_is_left(self._state, limit))
        return Share(file)

    def release(self) -> None:
        """Release the state folder's lock."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Share:
    """The lock shared by a stack's processes; released when the last of them has ended."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @property
    def handle(self) -> int:
        """Return the file descriptor for a child (`pass_fds`), which then holds the lock, too."""
        return self._file.fileno()

    def release(self) -> None:
        """Release the lock in this process; children that inherited it still hold it."""
        self._file.close()


def holder_of(state: Path) -> Holder | None:
    """Return the process that runs a stack from the folder `state`; None if there is none.

    Raises StateFileError if the folder's lock is held, but its file contains no running process,
    and if the path of the lock leads to anything else than a file.
    """
    deadline = time.monotonic() + STALE_LIMIT
    try:
        file = _insist_on_a_file(_file(state)).open(encoding="utf-8")
    except FileNotFoundError:
        return None
    with file:
        while not _locked(file, fcntl.LOCK_SH):
            holder = _parsed(os.pread(file.fileno(), LINE, 0))
            # Otherwise the file still names the last holder: the new one is about to write its own.
            if holder and psutil.pid_exists(holder.pid):
                return holder
            if time.monotonic() > deadline:
                raise StateFileError(
                    f"{_file(state).absolute()} is locked by an unknown process: end it "
                    f"({', '.join(_users_of(_file(state))) or 'see lsof'})"
                )
            time.sleep(POLL)
    return None


def _parsed(line: bytes) -> Holder | None:
    with suppress(ValueError, TypeError):
        holder = Holder(**json.loads(line))
        if type(holder.pid) is int and holder.pid > 0:
            return holder
    return None


def _who_is_left(state: Path, limit: float) -> str:
    users = ", ".join(_users_of(state / "processes.lock")) or "see lsof"
    return (
        f"processes of the previous stack in {state.absolute()} did not end within "
        f"{limit:.0f} s ({users}): end them, then start again"
    )


def _users_of(path: Path) -> Iterator[str]:
    """Yield the id and command line of this user's other processes that have `path` open."""
    wanted = str(path.resolve())
    for process in psutil.process_iter(["pid", "cmdline"]):
        with suppress(psutil.Error, OSError):
            files = [file.path for file in process.open_files()]
            if process.pid != os.getpid() and wanted in files:
                words = " ".join(process.info["cmdline"] or ["?"])
                yield f"process {process.pid}: {words[:120]}"


def _open(path: Path) -> IO[str]:
    _insist_on_a_file(path).touch()
    return path.open("r+", encoding="utf-8")


def _insist_on_a_file(path: Path) -> Path:
    try:
        return files.regular(path)
    except OSError as error:
        raise StateFileError(
            f"{path.absolute()} is not a regular file: remove it, then start again"
        ) from error


def _locked(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _file(state: Path) -> Path:
    return state / "lock"
