"""Resolution of a footage item's stored path to a file on this machine."""

import re
from collections.abc import Iterator
from pathlib import Path

_SEPARATORS = re.compile(r"[\\/]+")
_DRIVE = re.compile(r"^[A-Za-z]:$")
_MOST_ENTRIES = 20_000  # the search by name stops after this many entries of the folder


class FootageFiles:
    """A finder of footage by stored path, which may come from another machine.

    An absolute path is tried first; if `only_in` is given, it must lie below that folder. Then
    the project's folder is searched: by each tail of the stored path, longest first, then by
    file name. This search never returns a file outside the project's folder, whatever the
    stored path is.
    """

    def __init__(self, folder: Path, *, only_in: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._only_in = only_in.resolve() if only_in else None
        self._names: dict[str, list[Path]] | None = None

    def find(self, stored: str) -> Path | None:
        """Return the file, or None if it is not found."""
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
        """Yield the files of the folder, breadth first, without following links."""
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
