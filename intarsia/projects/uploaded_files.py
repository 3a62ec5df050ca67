"""The files that came along with a project, looked up by the path its author had."""

import re
import unicodedata
from pathlib import Path, PurePosixPath


class UploadedFiles:
    """Files below a folder, matched by name from the right: the longest common tail wins.

    After Effects' Collect Files puts footage into `(Footage)` beside the project and keeps the
    author's absolute path inside it, so only the tail of a path means anything here.
    """

    def __init__(self, root: Path) -> None:
        self._by_name: dict[str, list[tuple[str, ...]]] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file():
                parts = path.relative_to(root).parts
                self._by_name.setdefault(_folded(parts[-1]), []).append(parts)

    def find(self, authors_path: str) -> str | None:
        """Path relative to the folder, with `/`, of the file meant by `authors_path`; or None."""
        wanted = [_folded(part) for part in re.split(r"[\\/]+", authors_path) if part]
        if not wanted:
            return None
        candidates = self._by_name.get(wanted[-1], [])
        if not candidates:
            return None
        best = max(candidates, key=lambda parts: (_common_tail(parts, wanted), -len(parts)))
        return str(PurePosixPath(*best))

    def holds_folder(self, authors_path: str) -> bool:
        """Whether some file lies in a folder of that name, as the frames of a sequence do."""
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
    """macOS stores names decomposed, others mostly composed."""
    return unicodedata.normalize("NFC", name).casefold()
