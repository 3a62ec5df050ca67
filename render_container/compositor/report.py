"""The log: aerender's lines, each flushed as soon as it is written."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

VERSION_LINE = "aerender version 26.0x0 (Intarsia compositor)"


class Report:
    """A writer of log lines to `stream` (default: standard output) and optionally to a file.

    Each line is flushed at once, so a reader of the pipe sees each frame when it is done. Line
    breaks inside a message become spaces, so that names in a project cannot forge log lines.
    """

    def __init__(self, stream: TextIO | None = None, *, progress: bool = True) -> None:
        self._stream = stream or sys.stdout
        self._progress = progress
        self._file: TextIO | None = None
        self._seen: set[str] = set()

    def copy_to(self, path: Path) -> None:
        """Write every further line to `path` too. Raises OSError if it cannot be written."""
        self._file = path.open("w", encoding="utf-8")

    def close(self) -> None:
        """Close the log file, if there is one."""
        if self._file:
            self._file.close()
            self._file = None

    def line(self, text: str) -> None:
        """Write one line without a prefix."""
        flat = " ".join(text.splitlines())
        for stream in filter(None, (self._stream, self._file)):
            stream.write(flat + "\n")
            stream.flush()

    def message(self, text: str) -> None:
        """Write a launcher line (one space after `PROGRESS:`) if progress is on."""
        if self._progress:
            self.line(f"PROGRESS: {text}")

    def detail(self, text: str = "") -> None:
        """Write a render line (two spaces after `PROGRESS:`) if progress is on."""
        if self._progress:
            self.line(f"PROGRESS:  {text}")

    def blank(self, count: int) -> None:
        """Write `count` empty lines, as after "Starting composition", if progress is on."""
        for _ in range(count if self._progress else 0):
            self.line("")

    def warning(self, text: str) -> None:
        """Write a warning; a repeated text is written only once."""
        if text not in self._seen:
            self._seen.add(text)
            self.line(f"WARNING:After Effects warning: {text}")

    def settings(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write a block of `name: value` render lines."""
        for name, value in pairs:
            self.detail(f"{name}: {value}")
