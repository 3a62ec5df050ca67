"""A file lock that the system releases when its process ends for any reason (POSIX)."""

import fcntl
import os
import sys
from pathlib import Path

assert sys.platform != "win32"


class FileLock:
    """An exclusive lock on a file until `release`. Raises OSError if it is held already."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Release the lock, but keep the file.

        If it were removed, two processes could lock two files of the same name.
        """
        os.close(self._file)
