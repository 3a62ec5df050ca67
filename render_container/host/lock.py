"""One agent a spool: a lock that the system takes back when its holder dies, however it dies."""

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
"""Seconds. What an agent was just about to start when it was killed holds its lock for a moment."""
_PAUSE = 0.05  # seconds


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a file while this lasts. Raises AgentRunningError if somebody else does."""
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
                raise AgentRunningError(f"Another agent holds {path}.") from error
        time.sleep(_PAUSE)
