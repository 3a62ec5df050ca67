"""A file lock that the system releases when its process ends for any reason (Windows)."""

import msvcrt
import os
import sys
from pathlib import Path

assert sys.platform == "win32"


class FileLock:
    """An exclusive lock on a file until `release`. Raises OSError if it is held already."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Release the lock, but keep the file.

        If it were removed, two processes could lock two files of the same name.
        """
        os.lseek(self._file, 0, os.SEEK_SET)
        msvcrt.locking(self._file, msvcrt.LK_UNLCK, 1)
        os.close(self._file)
