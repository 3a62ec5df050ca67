"""Lookup of the files uploaded with a project, by their path on the author's machine."""

import re
import unicodedata
from pathlib import Path, PurePosixPath


class UploadedFiles:
    """The files below the folder `root`, found by the path that they had on the author's machine.

    After Effects' Collect Files copies footage into `(Footage)` beside the project, but the project
    keeps the author's absolute paths. So only the last parts of such a path can match.
    """

    def __init__(self, root: Path) -> None:
        self._by_name: dict[str, list[tuple[str, ...]]] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file():
                parts = path.relative_to(root).parts
                self._by_name.setdefault(_folded(parts[-1]), []).append(parts)

    def find(self, authors_path: str) -> str | None:
        """Return the path of the file that matches `authors_path`, relative to `root`, with `/`.

        The file name must be equal, apart from case and Unicode form. Among several such files, the
        one whose path has the most last parts in common is returned. None if there is no such file.
        """
        wanted = [_folded(part) for part in re.split(r"[\\/]+", authors_path) if part]
        if not wanted:
            return None
        candidates = self._by_name.get(wanted[-1], [])
        if not candidates:
            return None
        best = max(candidates, key=lambda parts: (_common_tail(parts, wanted), -len(parts)))
        return str(PurePosixPath(*best))

    def holds_folder(self, authors_path: str) -> bool:
        """Return whether a folder named like the last part of `authors_path` contains any file.

        Such a folder holds the frames of an image sequence.
        """
        name = _folded(re.split(r"[\\/]+", authors_path.rstrip("\\/"))[-1])
        return any(
            name in (_folded(part) for part in parts[:-1])
            for group in self._by_name.values()
            for parts in group
        )


def _common_tail(parts: tuple[str, ...], wanted: list[str]) -> int:
    count = 0
    for part, other in zip(reversed(parts), reversed(wanted), strict=False):
        if _folded(part) != other:
            break
        count += 1
    return count


def _folded(name: str) -> str:
    """Return a name for comparison: without case, and in NFC because macOS stores names in NFD."""
    return unicodedata.normalize("NFC", name).casefold()
