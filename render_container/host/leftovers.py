"""No process of an earlier render is alive when the next one begins.

An engine's tree dies with the agent that started it (engines.guard on Linux, a Job Object on
Windows). This is the second look: it finds processes by what they inherited, also those that left
their group, and those that an agent killed a moment ago has not taken with it yet.
"""

import time
from contextlib import suppress
from pathlib import Path

import psutil

from render_container.host.environment import ENV_MARK
from render_container.host.errors import EngineLeftError

BOUND = 30.0  # seconds that killed processes may take to end


def end_leftovers(spool: Path) -> int:
    """Kill what agents of this spool have started; how many there were. Raises EngineLeftError.

    Only the user's own processes can be looked at, and no other could have been started.
    """
    began, ended = time.monotonic(), set[int]()
    while left := _marked(str(spool)):
        if time.monotonic() - began > BOUND:
            pids = ", ".join(str(process.pid) for process in left)
            raise EngineLeftError(f"Processes of an earlier render cannot be ended: {pids}.")
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
