"""Killing of process groups (POSIX)."""

import contextlib
import os
import signal
import time

import psutil

LIMIT = 5.0
"""Seconds to wait for killed processes; only a process stuck in the kernel takes longer."""

POLL = 0.01  # seconds


def kill(group: int) -> None:
    """Send SIGKILL to all processes of a group, and wait until they have ended.

    A process that has ended, but was not reaped by its parent, counts as ended. Does nothing if the
    group has no processes.
    """
    members = _members(group)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + LIMIT
    while any(map(_runs, members)) and time.monotonic() < deadline:
        time.sleep(POLL)


def _members(group: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError):
            if os.getpgid(process.pid) == group:
                found.append(process)
    return found


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
