"""Lookup and loading of fonts from files, never through the machine's font configuration.

Search order: the folders in the environment variable INTARSIA_FONTS, the bundled Liberation
fonts, the system's font folders. Each of these is read only if the search found no match in those
before it.
"""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import skia
import uharfbuzz as hb

from render_container.compositor import fontnames
from render_container.compositor.fontnames import FontName

BUNDLED = Path(__file__).parent / "fonts"
SYSTEM = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
# Skia's own default would read the machine's fontconfig files.
_LOADER = skia.FontMgr.New_Custom_Empty()
_EXTENSIONS = frozenset({".ttf", ".otf", ".ttc", ".otc"})


class Face:
    """A font, for text shaping by HarfBuzz and for drawing by skia.

    Args:
        path: the font file.
        index: the font's number in a collection, from 0; 0 in other files.
        typeface: the font as loaded by skia.
    """

    def __init__(self, path: Path, index: int, typeface: skia.Typeface) -> None:
        self.path = path
        self.index = index
        self.typeface = typeface
        self.postscript = str(typeface.getPostScriptName() or "")
        style = typeface.fontStyle()
        self.name = FontName(
            fontnames.plain(str(typeface.getFamilyName())), int(style.weight()), typeface.isItalic()
        )

    @cached_property
    def shaper(self) -> hb.Font:
        """The font as a HarfBuzz object, whose lengths are in font units."""
        return hb.Font(hb.Face(hb.Blob.from_file_path(str(self.path)), self.index))

    @cached_property
    def units(self) -> int:
        """Number of font units in an em."""
        return int(self.shaper.face.upem)

    @cached_property
    def outlines(self) -> skia.Font:
        """The font as an unhinted skia.Font, whose glyph outlines are in font units."""
        font = skia.Font(self.typeface, self.units)
        font.setHinting(skia.FontHinting.kNone)
        font.setLinearMetrics(True)
        font.setSubpixel(True)
        return font

    @cached_property
    def ascent(self) -> float:
        """Height of the lowercase d, in ems; the font's ascender if it has no d.

        After Effects places the first baseline of a text box at this distance from its top.
        """
        glyph = self.shaper.get_nominal_glyph(ord("d"))
        extents = self.shaper.get_glyph_extents(glyph) if glyph else None
        if extents is None:
            return float(self.shaper.get_font_extents("ltr").ascender) / self.units
        return float(extents.y_bearing) / self.units

    @cached_property
    def descent(self) -> float:
        """Extent of the font's descenders below the baseline, in ems; positive."""
        return -float(self.shaper.get_font_extents("ltr").descender) / self.units

    def has(self, character: str) -> bool:
        """Return whether the font has a glyph for a character."""
        return bool(self.shaper.get_nominal_glyph(ord(character)))


class FontBook:
    """The fonts of this machine. Their folders are read when a search first needs them.

    `folders` are searched before the bundled fonts and the system's; None means the folders in the
    environment variable INTARSIA_FONTS.
    """

    def __init__(self, folders: list[Path] | None = None) -> None:
        if folders is None:
            named = os.environ.get("INTARSIA_FONTS", "").split(os.pathsep)
            folders = [Path(folder) for folder in named if folder]
        self._pending = [[*folders], [BUNDLED], [*SYSTEM]]
        self._faces: list[Face] = []
        self._found: dict[str, Face | None] = {}

    def find(self, postscript: str) -> Face | None:
        """Return the font with a PostScript name, else one with the name's family and style.

        Returns None if there is neither.
        """
        if postscript not in self._found:
            self._found[postscript] = self._search(postscript)
        return self._found[postscript]

    def substitute(self, postscript: str) -> Face:
        """Return the bundled font that is closest to a PostScript name without a font.

        Raises RuntimeError if the bundled fonts are missing.
        """
        wanted = fontnames.parse_postscript(postscript)
        family = fontnames.stand_in(wanted.family)
        weight = 700 if wanted.weight >= 600 else 400
        face = self._by_name(FontName(family, weight, wanted.italic))
        if face is None:
            raise RuntimeError(f"the bundled font {family} is not in {BUNDLED}")
        return face

    def for_character(self, character: str) -> Face | None:
        """Return the first font that has a glyph for a character; None if no font has."""
        return next((face for face in self._all() if face.has(character)), None)

    def _search(self, postscript: str) -> Face | None:
        for face in self._all():
            if face.postscript == postscript:
                return face
        return self._by_name(fontnames.parse_postscript(postscript))

    def _by_name(self, name: FontName) -> Face | None:
        return next((face for face in self._all() if face.name == name), None)

    def _all(self) -> Iterator[Face]:
        yield from self._faces
        while self._pending:
            known = len(self._faces)
            for folder in self._pending.pop(0):
                self._faces.extend(_read_folder(folder))
            yield from self._faces[known:]


def _read_folder(folder: Path) -> Iterator[Face]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _EXTENSIONS:
            yield from _read_file(path)


def _read_file(path: Path) -> Iterator[Face]:
    count = 1
    if path.suffix.lower() in (".ttc", ".otc"):
        count = min(_faces_in(path), 100)
    for index in range(count):
        typeface = _LOADER.makeFromFile(str(path), index)
        if typeface is not None:
            yield Face(path, index, typeface)


def _faces_in(path: Path) -> int:
    """Return the number of fonts in a font file: 1 unless it starts with the tag `ttcf`.

    In a collection, the number follows the tag and the version, at byte 8.
    """
    with path.open("rb") as file:
        head = file.read(12)
    return int.from_bytes(head[8:12], "big") if head[:4] == b"ttcf" else 1
