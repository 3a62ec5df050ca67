"""Fonts for measuring text: those of the job, those of this machine, and stand-ins.

The stand-ins are the Liberation fonts that the compositor draws with. A text measured with a
stand-in may be a little wider or narrower in its own font.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from py_aep.svg.fonts import resolve_postscript

STAND_INS = Path(__file__).parents[1] / "compositor" / "fonts"
_FOLDERS = "INTARSIA_FONTS"
_SERIF = ("times", "serif", "georgia", "garamond", "minion", "cambria", "palatino", "bodoni")
_MONO = ("mono", "courier", "consolas", "menlo", "code")
_POSTSCRIPT_NAME = 6  # id in the `name` table


@dataclass(frozen=True)
class Face:
    """A font loaded for measuring."""

    font: Any
    """HarfBuzz font, in font units."""
    units: int
    """Font units per em."""
    stands_in: str | None = None
    """Name of this font if it replaces a missing one; None if it is the requested font."""

    @cached_property
    def ascent(self) -> float:
        """Height of the lowercase d, in ems; 0.75 if the font has none.

        In After Effects, the first baseline of a text box is this far below the box's top.
        """
        glyph = self.font.get_nominal_glyph(ord("d"))
        extents = self.font.get_glyph_extents(glyph) if glyph else None
        return float(extents.y_bearing) / self.units if extents else 0.75


class Fonts:
    """Fonts by PostScript name.

    They are searched in `folders`, in the folders that the variable INTARSIA_FONTS lists, and then
    among this machine's fonts.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        named = os.environ.get(_FOLDERS, "").split(os.pathsep)
        self._folders = [*folders, *(Path(folder) for folder in named if folder)]
        self._faces: dict[str, Face] = {}

    def face(self, postscript: str) -> Face:
        """Return the font with this PostScript name, or the closest stand-in if there is none."""
        if postscript not in self._faces:
            self._faces[postscript] = self._open(postscript)
        return self._faces[postscript]

    def _open(self, postscript: str) -> Face:
        path = self._files.get(postscript)
        found = (path, 0) if path is not None else resolve_postscript(postscript)
        if found is not None:
            face = _load(*found)
            if face is not None:
                return face
        name = _stand_in(postscript)
        face = _load(STAND_INS / f"{name}.ttf", 0, stands_in=name)
        assert face is not None
        return face

    @cached_property
    def _files(self) -> dict[str, Path]:
        files: dict[str, Path] = {}
        for folder in [*self._folders, STAND_INS]:  # stand-ins can be requested too
            for path in sorted(folder.rglob("*")):
                if path.suffix.lower() in {".ttf", ".otf"}:
                    for name in _postscript_names(path):
                        files.setdefault(name, path)
        return files


def _load(path: Path, index: int, stands_in: str | None = None) -> Face | None:
    try:
        face = hb.Face(hb.Blob.from_file_path(str(path)), index)
    except (OSError, hb.HarfBuzzError):
        return None
    # HarfBuzz gives an empty face for a file that is no font.
    return Face(hb.Font(face), face.upem, stands_in) if face.glyph_count else None


def _postscript_names(path: Path) -> Iterator[str]:
    try:
        with TTFont(str(path), lazy=True) as font:
            name = font["name"].getDebugName(_POSTSCRIPT_NAME)
    except Exception:  # noqa: BLE001 - a damaged font may raise any error
        return
    if name:
        yield str(name)


def _stand_in(postscript: str) -> str:
    plain = re.sub(r"[^a-z]", "", postscript.lower())
    family = "Sans"
    if any(part in plain for part in _MONO):
        family = "Mono"
    elif "sans" not in plain and any(part in plain for part in _SERIF):
        family = "Serif"
    bold = any(part in plain for part in ("bold", "black", "heavy"))
    italic = any(part in plain for part in ("italic", "oblique"))
    style = ("Bold" if bold else "") + ("Italic" if italic else "")
    return f"Liberation{family}-{style or 'Regular'}"
