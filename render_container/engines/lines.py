"""Lines of text from a pipe's bytes, whatever the boundaries of its chunks."""

import re

LINE_LIMIT = 65536  # bytes; longer lines are split, so that no output fills the memory


class LineSplitter:
    """Splitter of one stream of bytes into lines; empty lines are left out."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that `chunk` completes, or that have reached LINE_LIMIT."""
        *lines, self._pending = re.split(rb"[\r\n]", self._pending + chunk)
        pieces = [piece for line in lines for piece in _cut(line)]
        if len(self._pending) > LINE_LIMIT:
            *whole, self._pending = _cut(self._pending)
            pieces += whole
        return _texts(pieces)

    def close(self) -> list[str]:
        """Return the rest of a stream that has ended without a line break."""
        rest, self._pending = self._pending, b""
        return _texts(_cut(rest))


def _cut(line: bytes) -> list[bytes]:
    return [line[start : start + LINE_LIMIT] for start in range(0, len(line), LINE_LIMIT)]


def _texts(pieces: list[bytes]) -> list[str]:
    lines = [_decode(piece).rstrip() for piece in pieces]
    return [line for line in lines if line]


def _decode(line: bytes) -> str:
    """Decode a line: UTF-8, as After Effects writes since 2022, else code page 850 as before.

    Unprintable characters become blanks, so that names from a project cannot forge further lines.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp850")
    return "".join(char if char.isprintable() else " " for char in text)
