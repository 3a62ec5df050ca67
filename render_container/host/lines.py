"""An engine's output in a shared file: one JSON string per line.

The file holds nothing else, so no output can pass for anything but a line. Each run has its own
file, so nothing follows the partial line of a killed agent.
"""

import json
from pathlib import Path
from typing import Self

from render_container.host.files import open_new

_CHUNK = 1_048_576  # bytes read at once


class LineWriter:
    """Writer of a run's lines, as a context manager. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._file = open_new(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """Write one line; the reader can see it at once."""
        rest = json.dumps(line).encode() + b"\n"
        while rest:
            rest = rest[self._file.write(rest) :]


class LineReader:
    """Reader of a run's lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[str]:
        """Return the complete lines since the last call; none if the file cannot be opened."""
        lines: list[str] = []
        try:
            # Not kept open: Windows would not let the other side remove it.
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while (piece := self._piece(file.read(_CHUNK))) is not None:
                    lines += piece
                    file.seek(self._offset)
        except OSError:
            pass
        return lines

    def _piece(self, content: bytes) -> list[str] | None:
        """Return the complete lines in `content`, and skip them in later reads; None if none."""
        whole, separator, _ = content.rpartition(b"\n")
        if not separator:
            return None
        self._offset += len(whole) + 1
        return [str(json.loads(line)) for line in whole.split(b"\n")]
