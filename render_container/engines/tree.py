"""Starting and killing a process together with everything that it starts."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

_GUARD = Path(__file__).with_name("guard.py")


def start_tree(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, its output in two pipes.

    On Linux it dies with the calling thread (see `guard.py`), so call this from the main one.
    Raises OSError.
    """
    line = [str(word) for word in command]
    if sys.platform == "linux":
        line = [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid()), *line]
    return subprocess.Popen(  # noqa: S603 - the operator's command
        line,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=sys.platform != "win32",
    )


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its descendants, also those that outlived it in its group.

    Killing aerender alone would leave After Effects running, holding its licence and its files.
    """
    descendants: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        descendants = psutil.Process(process.pid).children(recursive=True)
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for descendant in descendants:
        with suppress(psutil.NoSuchProcess):
            descendant.kill()
    process.kill()
    process.wait()
