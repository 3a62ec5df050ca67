"""Installation of fonts for one user on Windows.

The installation of a font has three steps: a file in the user's font folder, a value in the
registry, and a message to running programs. Windows does the same when a user who is not an
administrator installs a font:
https://learn.microsoft.com/windows/win32/gdi/font-installation-and-deletion . Fonts that this
module has installed are recognised by their file names. So no other font is changed, and fonts left
behind by a crash are found.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Protocol

from render_container.fonts.errors import FontFileError
from render_container.fonts.faces import names_in

PREFIX = "intarsia-"
"""Prefix of the names of the font files that this module installs."""


class FontList(Protocol):
    """Windows' list of the fonts installed for one user.

    A label is the name of a font's value in the registry, such as `Lato Bold (TrueType)`.
    """

    def entries(self) -> dict[str, str]:
        """Return the path of each of the user's font files, by its label in the registry."""

    def enter(self, label: str, file: Path) -> None:
        """Write a font file's registry value, replacing one with the same label.

        Raises OSError if that fails.
        """

    def strike(self, label: str) -> None:
        """Delete the registry value named `label`. Raises OSError if that fails."""

    def load(self, file: Path) -> bool:
        """Load a file's fonts for programs that start from now on.

        Returns False if Windows finds no font in the file.
        """

    def unload(self, file: Path) -> None:
        """Undo `load` for the file. Does nothing if the file is not loaded."""

    def announce(self) -> None:
        """Notify running programs that the installed fonts have changed."""


class UserFonts:
    """Installer of fonts for one Windows user, which also removes them again."""

    def __init__(self, folder: Path, fonts: FontList) -> None:
        """Install into `folder`, the user's own font folder, and register the fonts in `fonts`.

        The folder is created when the first font is installed.
        """
        self._folder = folder
        self._fonts = fonts

    def sweep(self) -> None:
        """Remove the fonts that an earlier, interrupted process has left installed."""
        if self._ours() or any(self._folder.glob(f"{PREFIX}*")):
            self.remove()

    def install(self, files: Sequence[Path]) -> list[str]:
        """Install the fonts in `files`; return a warning for each file that was left out."""
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
        """Remove all fonts that this class has installed for the user.

        A file that a program has open stays in the folder until a later `sweep`.
        """
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
        """Return an unused path for a copy of the font file at index `number`.

        A file of an earlier installation may exist, because it was open when it was to be deleted.
        """
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
    """Return `label`, with a number if it is in `taken`, so that no other entry is replaced.

    `taken` has the existing labels, case-folded.
    """
    name, _, kind = label.rpartition(" (")
    number, free = 2, label
    while free.casefold() in taken:
        free = f"{name} #{number} ({kind}"
        number += 1
    return free
