"""File lock on POSIX, which the system releases when its process ends for any reason."""

import fcntl
import os
import sys
from pathlib import Path

assert sys.platform != "win32"


class FileLock:
    """An exclusive lock on a file, from construction until `release`.

    The constructor creates the file if there is none. It raises OSError if that fails, or if
    another process or object holds the lock.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Release the lock, but keep its file.

        If the file were removed, two processes could lock two files of the same name.
        """
        os.close(self._file)
