"""Checks of the fonts that renders use, in Windows and in the compositor's folders."""

import os
from collections.abc import Iterator
from pathlib import Path

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine
from render_container.fonts.faces import SUFFIXES
from render_container.fonts.windows import PREFIX

FEW = 20
"""Minimum number of Windows' font files.

With fewer, as in a bare Windows image, After Effects hangs or fails.
"""
READINESS = "simsun.ttc"
"""Name of a font file that After Effects opens at start-up.

Without this file, After Effects has been seen to hang.
"""
FOLDERS = "INTARSIA_FONTS"
"""Environment variable with further font folders of the compositor, separated as in PATH."""
BUNDLED = Path(__file__).parents[1] / "compositor" / "fonts"
"""Folder of the fonts that are part of the compositor."""


def check_windows_fonts(machine: Machine) -> Iterator[Finding]:
    """Yield findings on the fonts in Windows, and on those installed for the current user only.

    Too few fonts in Windows are a problem. Fonts that an interrupted render left are a note.
    """
    root = machine.folder("SystemRoot") or Path(r"C:\Windows")
    names = _names(root / "Fonts")
    advice = "add fonts to the image: docs/windows.md"
    state = State.OK if len(names) >= FEW else State.PROBLEM
    yield Finding(
        state, "fonts", f"{len(names)} in {root / 'Fonts'}", advice if state != "ok" else ""
    )
    if READINESS not in names:
        yield Finding(State.WARNING, "fonts", f"{READINESS}: not found", advice)
    local = machine.folder("LOCALAPPDATA")
    own = _names(local / "Microsoft" / "Windows" / "Fonts") if local else set()
    left = [name for name in own if name.startswith(PREFIX)]
    if left:
        found = f"{len(left)} left by an interrupted render"
        yield Finding(State.NOTE, "fonts of this user", f"{found}; the next render removes them")
    elif own:
        yield Finding(State.OK, "fonts of this user", str(len(own)))


def check_compositor_fonts(machine: Machine) -> Iterator[Finding]:
    """Yield findings on the compositor's bundled fonts, and on each folder in INTARSIA_FONTS."""
    bundled = _names(BUNDLED)
    if bundled:
        yield Finding(State.OK, "fonts", f"{len(bundled)} bundled")
    else:
        advice = "render_container/compositor/fonts is missing from the image"
        yield Finding(State.PROBLEM, "fonts", "none bundled", advice)
    for folder in filter(None, machine.variables.get(FOLDERS, "").split(os.pathsep)):
        names = _names(Path(folder))
        state = State.OK if names else State.WARNING
        advice = "" if names else f"{FOLDERS} names a folder without fonts"
        yield Finding(state, "fonts", f"{len(names)} in {folder}", advice)


def _names(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    return {path.name.lower() for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES}
