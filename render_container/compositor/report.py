"""The log of a render, in the format of aerender's log lines."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

VERSION_LINE = "aerender version 26.0x0 (Intarsia compositor)"


class Report:
    """A writer of log lines to a stream, and optionally to a file too.

    Each line is flushed immediately, so that a program that reads the stream gets each frame's
    line when the frame is done. Line breaks in a message become spaces, so that names in a
    project cannot forge log lines.

    Args:
        stream: the stream to write to; None for standard output.
        progress: False to leave out the `PROGRESS` lines.
    """

    def __init__(self, stream: TextIO | None = None, *, progress: bool = True) -> None:
        self._stream = stream or sys.stdout
        self._progress = progress
        self._file: TextIO | None = None
        self._seen: set[str] = set()

    def copy_to(self, path: Path) -> None:
        """Write all later lines to the file `path` too, replacing its contents.

        Raises OSError if the file cannot be opened.
        """
        self._file = path.open("w", encoding="utf-8")

    def close(self) -> None:
        """Close the log file that `copy_to` has opened, if any."""
        if self._file:
            self._file.close()
            self._file = None

    def line(self, text: str) -> None:
        """Write one line without a prefix, even if progress is off."""
        flat = " ".join(text.splitlines())
        for stream in filter(None, (self._stream, self._file)):
            stream.write(flat + "\n")
            stream.flush()

    def message(self, text: str) -> None:
        """Write a line about starting up (one space after `PROGRESS:`), if progress is on."""
        if self._progress:
            self.line(f"PROGRESS: {text}")

    def detail(self, text: str = "") -> None:
        """Write a line about the render (two spaces after `PROGRESS:`), if progress is on."""
        if self._progress:
            self.line(f"PROGRESS:  {text}")

    def blank(self, count: int) -> None:
        """Write `count` empty lines, if progress is on.

        aerender's log has empty lines after "Starting composition".
        """
        for _ in range(count if self._progress else 0):
            self.line("")

    def warning(self, text: str) -> None:
        """Write a warning, unless the same text has been written before."""
        if text not in self._seen:
            self._seen.add(text)
            self.line(f"WARNING:After Effects warning: {text}")

    def settings(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write a `name: value` line about the render for each pair, if progress is on."""
        for name, value in pairs:
            self.detail(f"{name}: {value}")
