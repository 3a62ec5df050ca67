"""A lock that the system gives back when its process ends, however that is (Windows)."""

import msvcrt
import os
import sys
from pathlib import Path

assert sys.platform == "win32"


class FileLock:
    """Holds a file until it is released. Raises OSError if somebody else holds it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two hold two files of one name."""
        os.lseek(self._file, 0, os.SEEK_SET)
        msvcrt.locking(self._file, msvcrt.LK_UNLCK, 1)
        os.close(self._file)
