"""Process trees on POSIX: process groups.

On Linux, a guard process (`guard.py`) also kills the processes that have left the group.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from render_container.engines.errors import EngineStuckError
from render_container.engines.tree import KILL_BOUND

assert sys.platform != "win32"

_GUARD = Path(__file__).with_name("guard.py")
_GUARD_BOUND = 5.0  # seconds that the guard has to kill all processes itself


class GroupTree:
    """A tree whose first process leads a process group: the guard on Linux, else the command."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]
    ) -> None:
        self._guarded = sys.platform == "linux"
        if self._guarded:
            _check_executable(command[0], cwd, environment)  # the guard could not report it
        guard = [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid())]
        self.process = subprocess.Popen(  # noqa: S603 - the operator's command
            [*(guard if self._guarded else []), *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill the tree; see `Tree.kill`.

        Without a guard, a process that left the group is killed only if its parents still live.
        """
        if self._guarded and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_GUARD_BOUND)
        descendants: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            descendants = psutil.Process(self.process.pid).children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for descendant in descendants:
            with suppress(psutil.NoSuchProcess):
                descendant.kill()
        self.process.kill()
        try:
            self.process.wait(KILL_BOUND)
        except subprocess.TimeoutExpired:
            raise EngineStuckError(
                f"The engine could not be ended within {KILL_BOUND:g} seconds."
            ) from None


def _check_executable(name: str, cwd: Path, environment: Mapping[str, str]) -> None:
    """Raise FileNotFoundError unless a command's first word is an executable file."""
    is_path = os.sep in name
    found = shutil.which(str(cwd / name) if is_path else name, path=environment.get("PATH"))
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
