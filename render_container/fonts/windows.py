"""Installation of fonts for one user on Windows.

A font takes three steps: a file in the user's font folder, a value in the registry, and a message
to running programs. Windows does the same when a user who is no administrator installs a font:
https://learn.microsoft.com/windows/win32/gdi/font-installation-and-deletion . Our fonts are
recognised by their file names. So no other font is changed, and leftovers of a crash are found.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Protocol

from render_container.fonts.errors import FontFileError
from render_container.fonts.faces import names_in

PREFIX = "intarsia-"
"""Prefix of the names of our font files."""


class FontList(Protocol):
    """Windows' list of the fonts of one user."""

    def entries(self) -> dict[str, str]:
        """Return the files of the user's fonts, by their labels in the registry."""

    def enter(self, label: str, file: Path) -> None:
        """Write an entry, replacing one with the same label. Raises OSError if that fails."""

    def strike(self, label: str) -> None:
        """Delete an entry. Raises OSError if that fails."""

    def load(self, file: Path) -> bool:
        """Load a file's fonts for programs that start from now on; return False if it has none."""

    def unload(self, file: Path) -> None:
        """Undo `load`. Do nothing if the file is not loaded."""

    def announce(self) -> None:
        """Notify running programs that the fonts have changed."""


class UserFonts:
    """The fonts that one run installs for a user and removes again."""

    def __init__(self, folder: Path, fonts: FontList) -> None:
        """Use `folder` as the user's own font folder; it is created when needed."""
        self._folder = folder
        self._fonts = fonts

    def sweep(self) -> None:
        """Remove the fonts that an interrupted run left behind."""
        if self._ours() or any(self._folder.glob(f"{PREFIX}*")):
            self.remove()

    def install(self, files: Sequence[Path]) -> list[str]:
        """Install the files' fonts; return a warning for each file that could not be installed."""
        warnings = []
        taken = {label.casefold() for label in self._fonts.entries()}
        for number, file in enumerate(files):
            try:
                label = _free(names_in(file).label, taken)
                self._install(number, file, label)
            except (FontFileError, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                warnings.append(f'fonts: "{file.name}" was left out: {reason}.')
            else:
                taken.add(label.casefold())
        if files:
            self._fonts.announce()
        return warnings

    def remove(self) -> None:
        """Remove all our fonts. A file that a program has open stays until a later sweep."""
        for label in self._ours():
            self._fonts.strike(label)
        for file in sorted(self._folder.glob(f"{PREFIX}*")):
            self._fonts.unload(file)
            try:
                file.unlink(missing_ok=True)
            except OSError:
                continue  # Windows deletes no file that is open
        self._fonts.announce()

    def _install(self, number: int, file: Path, label: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._place(number, file.suffix.lower())
        try:
            self._make_known(file, label, place)
        except (FontFileError, OSError):
            self._fonts.unload(place)
            place.unlink(missing_ok=True)
            raise

    def _make_known(self, file: Path, label: str, place: Path) -> None:
        shutil.copyfile(file, place)
        if not self._fonts.load(place):
            raise FontFileError("Windows does not recognise it as a font")
        self._fonts.enter(label, place)

    def _place(self, number: int, suffix: str) -> Path:
        """Return a free path, because a file left by an earlier run may still be open."""
        name = f"{PREFIX}{number:03d}"
        again = 0
        while (place := self._folder / f"{name}{f'-{again}' if again else ''}{suffix}").exists():
            again += 1
        return place

    def _ours(self) -> list[str]:
        def is_ours(file: str) -> bool:
            path = PureWindowsPath(file)
            return path.name.casefold().startswith(PREFIX) and path.parent == PureWindowsPath(
                self._folder
            )

        return [label for label, file in self._fonts.entries().items() if is_ours(file)]


def _free(label: str, taken: set[str]) -> str:
    """Return the label, with a number if it is taken, so that no other entry is replaced."""
    name, _, kind = label.rpartition(" (")
    number, free = 2, label
    while free.casefold() in taken:
        free = f"{name} #{number} ({kind}"
        number += 1
    return free
