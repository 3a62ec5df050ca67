"""Names of the fonts in a font file, in the form that Windows' registry has for them."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from intarsia.fonts.names import FontError, read_names
from render_container.fonts.errors import FontFileError

SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
COLLECTION_LIMIT = 64  # fonts of one file; the largest collections have about twenty
_FULL_NAME = 4
_FAMILY = 1


@dataclass(frozen=True)
class FontNames:
    """The names of the fonts in one font file, and the kind of their outlines."""

    full: tuple[str, ...]
    """Full name of each font in the file, such as `Lato Bold`; a collection has several fonts."""
    postscript_outlines: bool
    """True for PostScript outlines, which Windows calls OpenType; False for TrueType."""

    @property
    def label(self) -> str:
        """Name of the file's entry in Windows' font registry.

        For example `Lato Bold (TrueType)`, or `Mincho & P Mincho (TrueType)` for a collection.
        """
        kind = "OpenType" if self.postscript_outlines else "TrueType"
        return f"{' & '.join(self.full)} ({kind})"


def names_in(path: Path) -> FontNames:
    """Return the names of the fonts in the file at `path`.

    Raises FontFileError if the file is not a usable font, and OSError if it cannot be read.
    """
    data = path.read_bytes()
    kind = data[:4]
    if kind not in (b"OTTO", b"ttcf"):
        try:
            names = read_names(data)
        except FontError as error:
            raise FontFileError(str(error)) from error
        return FontNames((names.full or names.families[0],), postscript_outlines=False)
    try:
        fonts = _fonts(data)
        full = tuple(dict.fromkeys(_name(font) for font in fonts))
        outlines = any("CFF " in font or "CFF2" in font for font in fonts)
    except FontFileError:
        raise
    except Exception as error:
        # fontTools can raise any exception for a damaged font.
        raise FontFileError("it is damaged or not a font") from error
    return FontNames(full, postscript_outlines=outlines)


def _fonts(data: bytes) -> list[TTFont]:
    if data[:4] == b"OTTO":
        return [TTFont(BytesIO(data), lazy=True)]
    count = int.from_bytes(data[8:12], "big")
    if not 0 < count <= COLLECTION_LIMIT:
        raise FontFileError(
            f"its header declares {count} fonts; 1 to {COLLECTION_LIMIT} are allowed"
        )
    return list(TTCollection(BytesIO(data), lazy=True).fonts)


def _name(font: TTFont) -> str:
    names = font["name"]
    found = names.getDebugName(_FULL_NAME) or names.getDebugName(_FAMILY)
    kept = " ".join("".join(char for char in found or "" if char.isprintable()).split())
    if not kept:
        raise FontFileError("it has no font name")
    return kept[:128]
