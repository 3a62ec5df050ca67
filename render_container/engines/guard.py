"""Guard process, which runs a command and kills all processes that the command started (Linux).

So the command cannot outlive the worker or leave processes behind. The worker starts this file by
path, as leader of a process group: `guard.py <worker's process id> <command> <arguments>`. Each
process that the command starts and abandons becomes a child of the guard, even from another
session. The guard kills all of them when the command ends or a SIGTERM arrives. The kernel sends
SIGTERM when the worker's thread that started the guard ends, even by SIGKILL. The guard's exit code
is the command's, or 128 + n if signal n ended the command.
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
    """Run a command to its end, kill the processes it left behind, and return its exit code.

    `arguments` are the worker's process id, followed by the command.
    """
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
    """Kill all children until none is left, because children of a killed one become ours."""
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
