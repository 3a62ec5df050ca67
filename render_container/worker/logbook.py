"""Log of an attempt, for the job's owner and for the operator."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Self

from intarsia.domain.ids import now, timestamp

SIZE_LIMIT = 32 << 20  # characters

_URL_SECRETS = re.compile(r"(https?://)(?:[^\s/@?#]*@)?([^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?")


def without_secrets(text: str) -> str:
    """Return `text` with its URLs reduced to scheme, host and path.

    User names, passwords and queries are removed, because they may be secret or hold signatures.
    """
    return _URL_SECRETS.sub(r"\1\2", text)


class Logbook:
    """Log of timestamped lines, in a file and as JSON on standard output. Safe between threads.

    The file is for the job's owner. Standard output goes to the operator's CloudWatch. A search by
    the JSON fields there also finds the lines that Lambda functions have logged about the job.

    Paths in the attempt's work folder, which contains the log file, are written relative to it.
    Lines after the first SIZE_LIMIT characters are dropped.
    """

    def __init__(self, path: Path, redacted: Callable[[str], str] = str) -> None:
        """Create the log file at `path`. `redacted` returns a text with its secrets masked."""
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
        """Add fields, such as the job's id, to all later lines on standard output."""
        self._about |= fields

    def line(self, text: str) -> None:
        """Write `text` as one event. Its lines after the first are indented."""
        self._write(self._redacted(text).replace("\n", "\n    "))

    def engine(self, line: str) -> None:
        """Write one line of the engine's output, prefixed with `| `."""
        self._write(f"| {self._redacted(line)}")

    def flush(self) -> None:
        """Flush all written lines to the file."""
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
                text = "The log is full; later lines are left out."
                entry = f"{text}\n"
            self._file.write(entry)
            told = {"timestamp": at, "service": "worker", **self._about, "message": text}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
