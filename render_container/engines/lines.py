"""Bytes from a pipe to lines of text, however the pipe cuts them."""

import re

LINE_LIMIT = 65536  # bytes; a longer line is cut, so that no output can fill the memory


class LineSplitter:
    """Collects the bytes of one stream and hands out its lines; empty ones are left out."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes."""
        *lines, self._pending = re.split(rb"[\r\n]", self._pending + chunk)
        pieces = [piece for line in lines for piece in _cut(line)]
        if len(self._pending) > LINE_LIMIT:
            *whole, self._pending = _cut(self._pending)
            pieces += whole
        return _texts(pieces)

    def close(self) -> list[str]:
        """What is left when the stream has ended without a line break."""
        rest, self._pending = self._pending, b""
        return _texts(_cut(rest))


def _cut(line: bytes) -> list[bytes]:
    return [line[start : start + LINE_LIMIT] for start in range(0, len(line), LINE_LIMIT)]


def _texts(pieces: list[bytes]) -> list[str]:
    lines = [_decode(piece).rstrip() for piece in pieces]
    return [line for line in lines if line]


def _decode(line: bytes) -> str:
    """UTF-8 as After Effects writes since 2022, else the code page 850 of older ones.

    What is not printable becomes a blank: names from a project must not forge further lines.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp850")
    return "".join(char if char.isprintable() else " " for char in text)
