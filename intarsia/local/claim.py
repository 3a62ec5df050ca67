"""One stack per state folder: a lock that ends with its process, and what the holder says.

flock: Linux and macOS, and Windows by way of WSL.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from intarsia.local.errors import AlreadyRunningError

LINE = 512  # bytes


@dataclass(frozen=True)
class Holder:
    """The process that runs the stack of a folder."""

    pid: int
    url: str | None = None
    """Origin of the API; None while the stack starts."""
    endpoint: str | None = None
    """Origin of the emulator."""


class Claim:
    """A state folder, held. The lock is the system's own (flock): a killed holder lets go."""

    def __init__(self, state: Path) -> None:
        """Take the folder. Raises AlreadyRunningError that names who has it."""
        state.mkdir(parents=True, exist_ok=True)
        _file(state).touch()
        self._file = _file(state).open("r+")
        while not _locked(self._file):
            # None: somebody only had a look, at this very moment.
            if holder := holder_of(state):
                self._file.close()
                raise AlreadyRunningError(
                    f"a stack already runs from {state.absolute()} (process {holder.pid}); "
                    "`intarsia down` stops it, --state starts another one elsewhere"
                )
        self.say(Holder(os.getpid()))

    def say(self, holder: Holder) -> None:
        """Let others know how to reach the stack."""
        # One write of one length, so that nobody reads half of it.
        line = json.dumps(asdict(holder)).ljust(LINE)
        os.pwrite(self._file.fileno(), line.encode(), 0)

    def release(self) -> None:
        """Let go of the folder."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder_of(state: Path) -> Holder | None:
    """Who runs the stack of a folder; None when nobody does."""
    try:
        file = _file(state).open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Holder(**json.loads(file.read()))
    return None


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _file(state: Path) -> Path:
    return state / "lock"
