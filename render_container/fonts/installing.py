"""Temporary installation of a folder's fonts, for the programs that the current user starts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_container.fonts.faces import SUFFIXES


@contextmanager
def installed(folder: Path | None) -> Iterator[list[str]]:
    """Install the fonts below `folder` for the current user, and remove them on exit.

    Yields a list with a warning for each font file that could not be installed. Nothing is
    installed if `folder` is None or has no fonts, or if the system is not Windows. On Windows,
    fonts that a crashed process has left behind are always removed first.

    Only one installation per user may be active at a time. A second one would remove the fonts of
    the first as leftovers of a crash. The engine's limit of one After Effects per user prevents
    this.

    Only Windows needs an installation, because After Effects uses the fonts known to Windows. On
    Linux, only the open compositor renders, and it takes its font folders from INTARSIA_FONTS.
    Fonts in the user's own folder would be visible to every render of that user. One team's fonts
    could then appear in another team's pictures.
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
    """Return the font files below `folder`, sorted by path; none if it is None or absent."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
    )
