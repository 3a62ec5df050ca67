"""Supervisor of one worker: `python -m intarsia.local.keeper GRACE COMMAND...`.

Runs the command in its own process group and exits with the command's exit code. As in shells, the
code is 128 + N for signal N, and 127 if the command cannot be started. The parent, such as the
fleet, holds the other end of stdin. End of file means that the worker must stop, or that the parent
has died, even by SIGKILL. The group then gets SIGTERM and, `GRACE` seconds later, SIGKILL. No
process that the worker started outlives it.

A separate process makes this work on every system. A death signal (PR_SET_PDEATHSIG) exists only on
Linux, and reaches the worker but not the aerender that it started. It is set in addition for the
case that the keeper itself is killed. The fleet then reports the task as ended, so the worker must
not continue. The module imports little, to start fast.
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
"""Exit code if the command cannot be started."""
KILL_LIMIT = 5.0  # seconds; only a process stuck in the kernel takes longer to be killed
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def main() -> None:
    """Run the worker until it ends or must stop, then exit with its exit code."""
    grace = float(sys.argv[1])
    # Only stdin ends the keeper: a signal to the session must not cut the grace period short.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, lambda *_: None)
    _adopt_orphans()
    try:
        worker = subprocess.Popen(  # noqa: S603 - the configured command of the fleet
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
    # On Linux the worker's orphans become children of this process, in whatever session they are.
    # Elsewhere only the worker's process group is killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_with(keeper: int) -> Callable[[], None] | None:
    """Return a `preexec_fn` by which the kernel kills the worker when the keeper dies.

    `keeper` is the keeper's process id. Returns None on other systems than Linux.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != keeper:  # the keeper died before the prctl call
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
    """Kill the worker's remaining processes, and wait up to KILL_LIMIT seconds until they are dead.

    `group` is the worker's process group. None may run on when this process exits, because the
    fleet then reports the task as ended.
    """
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
