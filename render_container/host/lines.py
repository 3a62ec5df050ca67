"""An engine's lines on their way through a file: strings in JSON, one a line.

Nothing else is in that file, so no text can pass itself off as anything but a line. Each run has a
file of its own, so the half line of a killed agent has nothing behind it.
"""

import json
from pathlib import Path
from typing import Self

from render_container.host.files import open_new

_CHUNK = 1_048_576  # bytes read at once


class LineWriter:
    """The agent's side, as a context manager. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._file = open_new(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """Seen by the reader at once."""
        rest = json.dumps(line).encode() + b"\n"
        while rest:
            rest = rest[self._file.write(rest) :]


class LineReader:
    """The client's side: the whole lines that have come since it last looked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[str]:
        """All that is there. What cannot be opened just now has nothing yet."""
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
        """The whole lines of some bytes; None if there are none."""
        whole, separator, _ = content.rpartition(b"\n")
        if not separator:
            return None
        self._offset += len(whole) + 1
        return [str(json.loads(line)) for line in whole.split(b"\n")]
