"""Runs a command that must not outlive the worker (Linux).

Started by path as a process of its own and leader of its group: `guard.py <worker's pid> command…`.
When the worker dies, even by SIGKILL, the kernel sends this process a SIGTERM, and it takes the
whole group with it. The command's exit code is passed on, 128 + n for signal n.
"""

import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    worker, command = int(arguments[0]), arguments[1:]
    signal.signal(signal.SIGTERM, _take_all)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != worker:  # it died before the kernel was told
        _take_all()
    code = subprocess.Popen(command).wait()  # noqa: S603 - the operator's command
    return code if code >= 0 else 128 - code


def _take_all(*_: object) -> None:
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
