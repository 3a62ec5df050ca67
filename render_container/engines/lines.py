"""Lines of text from the bytes of a pipe, which arrive in chunks of any size."""

import re

LINE_LIMIT = 65536  # bytes; longer lines are split, so that a pending line stays small


class LineSplitter:
    """Splitter of one stream of bytes into lines of text. Empty lines are left out."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that `chunk` completes, and parts of lines longer than LINE_LIMIT."""
        *lines, self._pending = re.split(rb"[\r\n]", self._pending + chunk)
        pieces = [piece for line in lines for piece in _cut(line)]
        if len(self._pending) > LINE_LIMIT:
            *whole, self._pending = _cut(self._pending)
            pieces += whole
        return _texts(pieces)

    def close(self) -> list[str]:
        """Return the last line of a stream that has ended without a line break, else nothing."""
        rest, self._pending = self._pending, b""
        return _texts(_cut(rest))


def _cut(line: bytes) -> list[bytes]:
    return [line[start : start + LINE_LIMIT] for start in range(0, len(line), LINE_LIMIT)]


def _texts(pieces: list[bytes]) -> list[str]:
    lines = [_decode(piece).rstrip() for piece in pieces]
    return [line for line in lines if line]


def _decode(line: bytes) -> str:
    """Decode a line as UTF-8 or, if it is not valid UTF-8, as code page 850.

    After Effects has written UTF-8 since version 2022, and code page 850 before. Unprintable
    characters become blanks, so that names from a project cannot forge further lines.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp850")
    return "".join(char if char.isprintable() else " " for char in text)
