"""Fonts of one user on Windows: a file in the user's font folder, a value in the registry, and a
word to the programs that run.

The same three things that Windows does when a user installs a font without being administrator:
https://learn.microsoft.com/windows/win32/gdi/font-installation-and-deletion . What is ours is told
by its file's name, so nothing else is ever changed and a crashed run's leavings are recognised.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Protocol

from render_container.fonts.errors import FontFileError
from render_container.fonts.faces import names_in

PREFIX = "intarsia-"
"""How the names of the files begin that are ours."""


class FontList(Protocol):
    """What Windows keeps of this user's fonts."""

    def entries(self) -> dict[str, str]:
        """Label and file of every font that the user has, as the registry has them."""

    def enter(self, label: str, file: Path) -> None:
        """Write an entry; over one of that label. Raises OSError."""

    def strike(self, label: str) -> None:
        """Delete an entry. Raises OSError."""

    def load(self, file: Path) -> bool:
        """Make a file's fonts usable for programs that start from now on; False if it has none."""

    def unload(self, file: Path) -> None:
        """Take back what `load` did; nothing if it was not."""

    def announce(self) -> None:
        """Tell running programs that the fonts have changed."""


class UserFonts:
    """The fonts that one run adds to a user's and takes away again."""

    def __init__(self, folder: Path, fonts: FontList) -> None:
        """`folder`: the user's own font folder, made when it is needed."""
        self._folder = folder
        self._fonts = fonts

    def sweep(self) -> None:
        """Remove what a run left behind that could not do so itself."""
        if self._ours() or any(self._folder.glob(f"{PREFIX}*")):
            self.remove()

    def install(self, files: Sequence[Path]) -> list[str]:
        """Make the files' fonts known. Returns a warning for each file that could not be."""
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
        """Take away everything of ours; what a program still holds open stays until a sweep."""
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
            raise FontFileError("Windows does not take it for a font")
        self._fonts.enter(label, place)

    def _place(self, number: int, suffix: str) -> Path:
        """A path that is free: one that an earlier run left may still be open somewhere."""
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
    """The label, with a number if another font has it: somebody else's is never overwritten."""
    name, _, kind = label.rpartition(" (")
    number, free = 2, label
    while free.casefold() in taken:
        free = f"{name} #{number} ({kind}"
        number += 1
    return free
