"""A lock that the system gives back when its process ends, however that is (POSIX)."""

import fcntl
import os
import sys
from pathlib import Path

assert sys.platform != "win32"


class FileLock:
    """Holds a file until it is released. Raises OSError if somebody else holds it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two hold two files of one name."""
        os.close(self._file)
