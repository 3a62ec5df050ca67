"""Resolution of a footage item's stored path to a file on this machine."""

import re
from collections.abc import Iterator
from pathlib import Path

_SEPARATORS = re.compile(r"[\\/]+")
_DRIVE = re.compile(r"^[A-Za-z]:$")
_MOST_ENTRIES = 20_000  # the search by name stops after this number of files and folders


class FootageFiles:
    """A finder of footage files by the paths in a project, which may be another machine's.

    An absolute path is tried first. Then the project's folder is searched: for each trailing part
    of the path, the longest first, then for the file name in all subfolders. This search never
    returns a file outside the project's folder, whatever the path is.

    Args:
        folder: the project file's folder.
        only_in: the folder below which absolute paths must lie; None allows all absolute paths.
    """

    def __init__(self, folder: Path, *, only_in: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._only_in = only_in.resolve() if only_in else None
        self._names: dict[str, list[Path]] | None = None

    def find(self, stored: str) -> Path | None:
        """Return the file for a path that a project stores, or None if there is no such file."""
        if not stored or "\0" in stored:
            return None
        direct = Path(stored)
        if direct.is_absolute() and direct.is_file() and self._is_allowed(direct):
            return direct
        parts = [part for part in _SEPARATORS.split(stored) if part not in ("", ".")]
        if parts and _DRIVE.match(parts[0]):
            parts = parts[1:]
        if not parts:
            return None
        for start in range(len(parts)):
            candidate = self._folder.joinpath(*parts[start:])
            if self._is_inside(candidate):
                return candidate
        return self._by_name(parts[-1])

    def _is_allowed(self, path: Path) -> bool:
        return self._only_in is None or path.resolve().is_relative_to(self._only_in)

    def _is_inside(self, path: Path) -> bool:
        try:
            return path.is_file() and path.resolve().is_relative_to(self._folder)
        except OSError:
            return False

    def _by_name(self, name: str) -> Path | None:
        if self._names is None:
            self._names = {}
            for path in self._walk():
                self._names.setdefault(path.name.lower(), []).append(path)
        found = self._names.get(name.lower(), [])
        exact = [path for path in found if path.name == name]
        return next((path for path in [*exact, *found] if self._is_inside(path)), None)

    def _walk(self) -> Iterator[Path]:
        """Yield the files of the project's folder, breadth first, without following links.

        Stops after 20,000 files and folders.
        """
        pending, seen = [self._folder], 0
        while pending:
            folder = pending.pop(0)
            for path in sorted(folder.iterdir()):
                seen += 1
                if seen > _MOST_ENTRIES:
                    return
                if path.is_symlink():
                    continue
                if path.is_dir():
                    pending.append(path)
                elif path.is_file():
                    yield path
