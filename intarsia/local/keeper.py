"""Keeps one worker: `python -m intarsia.local.keeper GRACE COMMAND...`, run by the fleet.

Runs the command in a process group of its own and ends with its exit code (128 + N for signal
N, 127 when it cannot be started, as shells do). The fleet holds the other end of our stdin. When
it ends, because the task shall stop or because the fleet is gone, even by SIGKILL, the group is
terminated and, `GRACE` seconds later, killed. Nothing that the worker started outlives it.

A process in between is what makes this hold on every system: a death signal
(PR_SET_PDEATHSIG) exists on Linux only, and reaches the worker but not the aerender that it
started. It is set beside, for the case that this process itself is killed: the fleet takes the
task for ended then. Imports little, to start fast.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import psutil

NOT_STARTED = 127
KILL_LIMIT = 5.0  # seconds; only a process stuck in the kernel takes longer to be killed
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def main() -> None:
    """Keep one worker until it ends or must end."""
    grace = float(sys.argv[1])
    # Ended by the fleet through stdin only, so that a signal to the session cannot cut the grace.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, lambda *_: None)
    _adopt_orphans()
    try:
        worker = subprocess.Popen(  # noqa: S603 - what the fleet was configured with
            sys.argv[2:],
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 - no second thread runs yet
        )
    except OSError as error:
        sys.stderr.write(f"cannot start {sys.argv[2]}: {error}\n")
        sys.exit(NOT_STARTED)
    threading.Thread(target=_await_end_of_stdin, args=(worker, grace), daemon=True).start()
    status = worker.wait()
    _kill_rest(worker.pid)
    sys.stdout.flush()
    os._exit(status if status >= 0 else 128 - status)


def _adopt_orphans() -> None:
    # What the worker leaves behind becomes our child, whatever session it moved to. Elsewhere
    # only the worker's process group is cleared.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_with(keeper: int) -> Callable[[], None] | None:
    """What the worker runs before it begins, so that SIGKILL for `keeper` ends it as well."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != keeper:  # it died before this was arranged
            os._exit(128 + signal.SIGKILL)

    return arrange


def _await_end_of_stdin(worker: subprocess.Popen[bytes], grace: float) -> None:
    while os.read(0, 4096):
        pass
    descendants: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        descendants = psutil.Process(worker.pid).children(recursive=True)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGTERM)
    time.sleep(grace)
    for process in descendants:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)


def _kill_rest(group: int) -> None:
    """Kill what is left and see it dead: who sees us end takes the whole task for ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + KILL_LIMIT
    while (rest := psutil.Process().children(recursive=True)) and time.monotonic() < deadline:
        for process in rest:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(rest, timeout=KILL_LIMIT)


if __name__ == "__main__":
    main()
