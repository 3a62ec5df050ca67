"""An engine's output in a file that agent and client share: one JSON string per line.

The file holds nothing else, so an engine's output cannot imitate another kind of record. Each run
has its own file, so no line follows the partial last line of an agent that was killed.
"""

import json
from pathlib import Path
from typing import Self

from render_container.host.files import open_new

_CHUNK = 1_048_576  # bytes per read


class LineWriter:
    """Writer of a run's lines to a new file at `path`, as a context manager.

    Raises FileExistsError if the file exists, or another OSError if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = open_new(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """Write one line to the file, unbuffered, so that a LineReader gets it immediately."""
        rest = json.dumps(line).encode() + b"\n"
        while rest:
            rest = rest[self._file.write(rest) :]


class LineReader:
    """Reader of the run's lines in the file at `path`, while they are being written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[str]:
        """Return the complete lines written since the last call.

        The list is empty if the file cannot be opened, for example before the run begins.
        """
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
        """Return the complete lines in `content`; None if there is none.

        Later reads begin after these lines.
        """
        whole, separator, _ = content.rpartition(b"\n")
        if not separator:
            return None
        self._offset += len(whole) + 1
        return [str(json.loads(line)) for line in whole.split(b"\n")]
