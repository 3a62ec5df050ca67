"""The lock by which only one agent runs per spool.

The operating system releases it when the agent dies for any reason.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_container.host.errors import AgentRunningError

if sys.platform == "win32":
    from render_container.engines.locks_windows import FileLock
else:
    from render_container.engines.locks_posix import FileLock

PATIENCE = 2.0
"""Seconds to wait for a lock that is held.

If an agent is killed while it starts a process, that process may hold the lock for a moment.
"""
_PAUSE = 0.05  # seconds


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of the file `path` until exit; wait up to PATIENCE seconds for it.

    Raises AgentRunningError if another process still holds the lock.
    """
    lock = _taken(path)
    try:
        yield
    finally:
        lock.release()


def _taken(path: Path) -> FileLock:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return FileLock(path)
        except OSError as error:
            if time.monotonic() > end:
                raise AgentRunningError(
                    f"Another agent is running: it holds the lock {path}."
                ) from error
        time.sleep(_PAUSE)
