"""Guard of a command that must not outlive the worker, nor leave processes behind (Linux).

Started by path as a process of its own and leader of its group: `guard.py <worker's pid> command…`.
Each process that the command starts and abandons becomes a child of this process, even from another
session. The guard kills all of them when the command ends or a SIGTERM arrives. The kernel sends
SIGTERM when the worker dies, even by SIGKILL. The command's exit code is passed on, 128 + n for
signal n.
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

assert sys.platform == "linux"

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    worker, command = int(arguments[0]), arguments[1:]
    signal.signal(signal.SIGTERM, _stop)
    process_control = ctypes.CDLL(None).prctl
    process_control(PR_SET_CHILD_SUBREAPER, 1)
    process_control(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != worker:  # the worker died before PR_SET_PDEATHSIG took effect
        return 128 + signal.SIGTERM
    code = subprocess.Popen(command).wait()  # noqa: S603 - the operator's command
    _kill_children()
    return code if code >= 0 else 128 - code


def _stop(*_: object) -> None:
    _kill_children()
    os._exit(128 + signal.SIGTERM)


def _kill_children() -> None:
    """Kill all children, repeatedly: the children of a killed one become ours."""
    while children := _children():
        for child in children:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> list[int]:
    return [
        int(child)
        for thread in Path("/proc/self/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
