"""Temporary installation of a folder's fonts, for the programs that the current user starts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_container.fonts.faces import SUFFIXES


@contextmanager
def installed(folder: Path | None) -> Iterator[list[str]]:
    """Install the fonts below `folder` for the current user, and remove them on exit.

    Yields a warning for each file that could not be installed; the list is complete. With None or
    a folder without fonts, nothing is installed. On Windows, leftovers of a crash are always
    removed.

    Only one installation per user may be active: the next one removes all fonts that it finds, as
    leftovers of a crash. The engine's limit of one After Effects per user guarantees this.

    Only Windows needs an installation, because After Effects uses the fonts known to Windows. On
    Linux only the open compositor draws, which takes its font folders from INTARSIA_FONTS. Fonts
    in the user's own folder would be visible to every render of that user. One team's fonts must
    not appear in another team's pictures.
    """
    if sys.platform == "win32":
        from render_container.fonts.windows import UserFonts
        from render_container.fonts.windows_api import WindowsFontList, user_font_folder

        fonts = UserFonts(user_font_folder(), WindowsFontList())
        fonts.sweep()
        try:
            yield fonts.install(font_files(folder))
        finally:
            fonts.remove()
    else:
        yield []


def font_files(folder: Path | None) -> list[Path]:
    """Return the font files below a folder, sorted by path; none if there is no folder."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
    )
