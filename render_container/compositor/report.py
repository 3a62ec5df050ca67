"""The log: aerender's lines, written one by one as they happen."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

VERSION_LINE = "aerender version 26.0x0 (Intarsia compositor)"


class Report:
    """Writes log lines to standard output and, if asked, to a log file.

    A line is flushed at once, so whoever reads the pipe sees a frame when it is done. Line
    breaks inside a message become spaces: a project's names must not forge log lines.
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
        """One line as it is."""
        flat = " ".join(text.splitlines())
        for stream in filter(None, (self._stream, self._file)):
            stream.write(flat + "\n")
            stream.flush()

    def message(self, text: str) -> None:
        """A line of the launcher: one space after `PROGRESS:`."""
        if self._progress:
            self.line(f"PROGRESS: {text}")

    def detail(self, text: str = "") -> None:
        """A line of the render: two spaces after `PROGRESS:`."""
        if self._progress:
            self.line(f"PROGRESS:  {text}")

    def blank(self, count: int) -> None:
        """The empty lines that follow "Starting composition"."""
        for _ in range(count if self._progress else 0):
            self.line("")

    def warning(self, text: str) -> None:
        """A warning, once however often it is given."""
        if text not in self._seen:
            self._seen.add(text)
            self.line(f"WARNING:After Effects warning: {text}")

    def settings(self, pairs: Iterable[tuple[str, str]]) -> None:
        """A block of `name: value` lines."""
        for name, value in pairs:
            self.detail(f"{name}: {value}")
