"""Exclusive use of After Effects: one instance at a time for each user of a machine.

Two instances that share a user's profile crash, or wait for each other's dialogs (nexrender issues
62, 80, 385). So each run holds a lock file. A leftover process of an earlier run is killed only if
a run of ours started it. Each process that we start has the path of its run's lock file in its
environment. While we hold that lock, no live run can own such a process. Any other After Effects
may be in use by a person: it is not killed, but named in the error.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

import psutil

from render_container.engines.errors import EngineBusyError, EngineError, EngineStuckError
from render_container.engines.tree import KILL_BOUND

if sys.platform == "win32":
    from render_container.engines.locks_windows import FileLock
else:
    from render_container.engines.locks_posix import FileLock

ENV_LOCK = "INTARSIA_ENGINE_LOCK"
"""Environment variable of each After Effects that we start: the path of its run's lock file."""

_PROGRAMS = ("afterfx", "aerender")  # prefixes of their file names, in lower case

Processes = Callable[[], Iterable[psutil.Process]]
"""Function that lists running processes."""


def engine_lock(command: Sequence[str], variables: Mapping[str, str]) -> Path | None:
    """Return the path of the lock file for a run of `command`; None if it needs no lock.

    Only aerender needs one, and all runs of a user have the same. `variables` is the environment:
    the lock file is in its folder LOCALAPPDATA or, without that, in the temporary folder.
    """
    if not PureWindowsPath(command[0]).name.lower().startswith("aerender"):
        return None
    profile = variables.get("LOCALAPPDATA") or tempfile.gettempdir()
    return Path(profile) / "Intarsia" / "after-effects.lock"


@contextmanager
def alone(lock: Path | None, *, processes: Processes | None = None) -> Iterator[dict[str, str]]:
    """Hold the file `lock` until exit, kill leftovers, and yield environment variables.

    The engine must be started with these variables, by which a later run recognises its leftovers.
    If `lock` is None, nothing is locked or killed, and there are no variables. `processes` lists
    the processes to search for leftovers; None: all of the machine.

    Raises EngineBusyError if another run holds the lock. Raises EngineError if this user runs an
    After Effects that none of our runs started. Raises EngineStuckError if a leftover process
    cannot be ended.
    """
    if lock is None:
        yield {}
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        held = FileLock(lock)
    except OSError as error:
        raise EngineBusyError(
            "Another After Effects renders for this user of the machine: one at a time."
        ) from error
    try:
        _end_leftovers(lock, processes or psutil.process_iter)
        yield {ENV_LOCK: str(lock)}
    finally:
        held.release()


def _end_leftovers(lock: Path, processes: Processes) -> None:
    found = [process for process in processes() if _is_this_users_engine(process)]
    for process in found:
        if not _is_of(lock, process):
            raise EngineError(
                f"After Effects runs already for this user of the machine ({_called(process)}) and "
                "none of our runs started it: close it."
            )
    for process in found:
        _end(process)


def _is_this_users_engine(process: psutil.Process) -> bool:
    try:
        if not process.name().lower().startswith(_PROGRAMS):
            return False
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(process.username() == psutil.Process(os.getpid()).username())
    except psutil.Error:  # it has just ended, or is another user's
        return False


def _is_of(lock: Path, process: psutil.Process) -> bool:
    try:
        return bool(process.environ().get(ENV_LOCK) == str(lock))
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _end(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(KILL_BOUND)
    except psutil.NoSuchProcess:
        pass
    except psutil.Error as error:
        raise EngineStuckError(
            f"What an earlier run left behind ({_called(process)}) could not be ended."
        ) from error


def _called(process: psutil.Process) -> str:
    try:
        return f"{process.name()}, process {process.pid}"
    except psutil.Error:
        return f"process {process.pid}"
