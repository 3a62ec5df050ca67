"""A folder's fonts, known to the programs that this user starts, for as long as they are needed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_container.fonts.faces import SUFFIXES


@contextmanager
def installed(folder: Path | None) -> Iterator[list[str]]:
    """Make the fonts below `folder` known while this lasts, and take them away again.

    Yields a warning for each file that could not be made known; the list grows no more. None, or a
    folder without fonts, changes nothing (and on Windows still removes what a crash left behind).

    One at a time for a user: the next one takes what it finds for what a crash left. So does the
    engine's rule of one After Effects a user.

    Only on Windows is there anything to do, for After Effects knows the fonts that Windows knows.
    On Linux nothing draws but the open compositor, which is given folders in INTARSIA_FONTS; a
    font in the user's own folder there would be found by every other render of that user too, and
    one team's fonts must not appear in another team's pictures.
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
    """The fonts below a folder, in a stable order."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
    )
