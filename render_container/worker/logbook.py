"""The log of an attempt: what was done when, for the job's owner and for the operator."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Self

from intarsia.domain.ids import now, timestamp

SIZE_LIMIT = 32 << 20  # bytes

_URL_SECRETS = re.compile(r"(https?://)(?:[^\s/@?#]*@)?([^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?")


def without_secrets(text: str) -> str:
    """`text` with its URLs cut down to scheme, host and path: signatures stand in the query."""
    return _URL_SECRETS.sub(r"\1\2", text)


class Logbook:
    """Writes lines with their time to a file, and as JSON to standard output. Safe between threads.

    The file is for the job's owner. Standard output goes to the operator's CloudWatch, where a
    job's lines are found by their fields together with those of the functions.

    The file's folder, in which the attempt works, is left out of paths: it tells nobody anything.
    """

    def __init__(self, path: Path, redacted: Callable[[str], str] = str) -> None:
        """`redacted` takes out of a text what must not be written."""
        self.path = path
        self._redacted = redacted
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        self._lock = Lock()
        self._room = SIZE_LIMIT
        self._about: dict[str, str | int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def about(self, **fields: str | int) -> None:
        """What the lines on standard output say from now on of whom they are about."""
        self._about |= fields

    def line(self, text: str) -> None:
        """One event; line breaks inside are kept, indented."""
        self._write(self._redacted(text).replace("\n", "\n    "))

    def engine(self, line: str) -> None:
        """One line of the engine's output, as it came."""
        self._write(f"| {self._redacted(line)}")

    def flush(self) -> None:
        """Bring everything written to the file."""
        with self._lock:
            self._file.flush()

    def _write(self, text: str) -> None:
        text = without_secrets(text).replace(f"{self.path.parent}{os.sep}", "")
        at = timestamp(now())
        entry = f"{at}  {text}\n"
        with self._lock:
            if self._room <= 0:
                return
            self._room -= len(entry)
            if self._room <= 0:
                text = "The log is full; what follows is left out."
                entry = f"{text}\n"
            self._file.write(entry)
            told = {"timestamp": at, "service": "worker", **self._about, "message": text}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
