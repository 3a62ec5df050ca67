"""One agent a spool: a lock that the system takes back when its holder dies, however it dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_container.host.errors import AgentRunningError

if sys.platform == "win32":
    from render_container.engines.locks_windows import FileLock
else:
    from render_container.engines.locks_posix import FileLock


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a file while this lasts. Raises AgentRunningError if somebody else does."""
    try:
        lock = FileLock(path)
    except OSError as error:
        raise AgentRunningError(f"Another agent holds {path}.") from error
    try:
        yield
    finally:
        lock.release()
