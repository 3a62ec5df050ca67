"""Leftovers: processes of earlier renders, killed before the next render begins.

An engine's process tree dies with the agent that started it (engines.guard on Linux, a Job Object
on Windows). This second check finds processes by an inherited environment variable. So it also
finds processes that left their process group. It also finds those that have not quite ended,
because their agent was killed a moment ago.
"""

import time
from contextlib import suppress
from pathlib import Path

import psutil

from render_container.host.environment import ENV_MARK
from render_container.host.errors import EngineLeftError

BOUND = 30.0  # seconds that killed processes may take to end


def end_leftovers(spool: Path) -> int:
    """Kill all running processes that agents of this spool started. Return their number.

    Finds only processes of the current user, because an agent can start no others. Raises
    EngineLeftError if such a process is still alive after BOUND seconds.
    """
    began, ended = time.monotonic(), set[int]()
    while left := _marked(str(spool)):
        if time.monotonic() - began > BOUND:
            pids = ", ".join(str(process.pid) for process in left)
            raise EngineLeftError(
                f"Processes of an earlier render cannot be ended (process ids {pids})."
            )
        for process in left:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
            ended.add(process.pid)
        psutil.wait_procs(left, timeout=0.2)
    return len(ended)


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(ENV_MARK) == mark:
                found.append(process)
    return found
