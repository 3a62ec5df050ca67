"""Reading of the names in a TrueType file, which a client uploaded and which is not trusted.

Only the table directory and the `name` table are read, both within fixed bounds. No glyph is drawn.
Formats: https://learn.microsoft.com/typography/opentype/spec/otff and `.../spec/name`.
"""

import struct
import unicodedata
from collections.abc import Iterator

from intarsia.domain.fonts import FontNames

TABLES_LIMIT = 256  # a font has about twenty
RECORDS_LIMIT = 5_000  # names of a font in all its languages; the longest lists have hundreds
STRING_LIMIT = 1024  # bytes of one name; many records could share one long string
NAME_LIMIT = 128  # characters

_TRUETYPE = {b"\x00\x01\x00\x00", b"true"}
_OTHERS = {
    b"OTTO": "an OpenType font with PostScript outlines (OTF)",
    b"wOFF": "a web font (WOFF)",
    b"wOF2": "a web font (WOFF2)",
    b"ttcf": "a font collection (TTC)",
    b"typ1": "a PostScript Type 1 font",
    b"%!PS": "a PostScript Type 1 font",
}
_REQUIRED = ("cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name")

_FAMILIES = (16, 1, 21)  # name ids: typographic, of older systems, by weight, width and slope
_STYLES = (17, 2)
_FULL, _POSTSCRIPT = 4, 6


class FontError(Exception):
    """Rejection of a file that cannot be used as a font; its message is shown to the client."""


def read_names(data: bytes) -> FontNames:
    """Return the names in a TrueType file.

    Raises FontError if the file cannot be used. Its message has the fault and, if possible, a valid
    alternative.
    """
    from fontTools.ttLib import newTable  # slow to import, and the API rarely gets a font

    tables = _tables(data)
    names = newTable("name")
    offset, length = tables["name"]
    names.names = list(_records(data[offset : offset + length]))

    def first(*ids: int) -> str | None:
        found = (_clean(names.getDebugName(name_id)) for name_id in ids)
        return next((name for name in found if name), None)

    postscript = first(_POSTSCRIPT)
    families = [first(name_id) for name_id in _FAMILIES]
    once = list(dict.fromkeys(family for family in families if family))
    if not once:
        raise FontError("its name table has no font family")
    return FontNames(families=once, postscript=postscript, full=first(_FULL), style=first(*_STYLES))


def _tables(data: bytes) -> dict[str, tuple[int, int]]:
    """Return the offset and length, in bytes, of each table by tag; all lie within the file.

    Raises FontError if the file is not a complete TrueType font.
    """
    kind = data[:4]
    if kind not in _TRUETYPE:
        what = f"it is {_OTHERS[kind]}" if kind in _OTHERS else "it is not a font file"
        raise FontError(f"{what}; send a TrueType font (.ttf)")
    if len(data) < 12:
        raise FontError("it ends within its table directory; send the whole file")
    (count,) = struct.unpack(">H", data[4:6])
    if count > TABLES_LIMIT:
        raise FontError(f"it lists {count} tables; the limit is {TABLES_LIMIT}")
    directory = data[12 : 12 + 16 * count]
    if len(directory) < 16 * count:
        raise FontError("it ends within its table directory; send the whole file")
    tables: dict[str, tuple[int, int]] = {}
    for tag, _checksum, offset, length in struct.iter_unpack(">4sLLL", directory):
        name = tag.decode("latin-1")
        if offset + length > len(data):
            raise FontError(f"it ends within its table {name!r}; send the whole file")
        tables[name] = (offset, length)
    if missing := [name for name in _REQUIRED if name not in tables]:
        raise FontError(f"it lacks tables of a TrueType font: {', '.join(missing)}")
    return tables


def _records(table: bytes) -> Iterator[object]:
    """Yield those records of a `name` table that are needed and can be decoded.

    Raises FontError if the table is cut off or has more than RECORDS_LIMIT records.
    """
    from fontTools.ttLib.tables._n_a_m_e import makeName

    if len(table) < 6:
        raise FontError("its name table is incomplete; send the whole file")
    count, strings = struct.unpack(">HH", table[2:6])
    if count > RECORDS_LIMIT:
        raise FontError(f"it has {count} names; the limit is {RECORDS_LIMIT}")
    headers = table[6 : 6 + 12 * count]
    if len(headers) < 12 * count:
        raise FontError("its name table is incomplete; send the whole file")
    wanted = {*_FAMILIES, *_STYLES, _FULL, _POSTSCRIPT}
    for platform, encoding, language, name_id, length, offset in struct.iter_unpack(">6H", headers):
        if name_id not in wanted or length > STRING_LIMIT:
            continue
        text = table[strings + offset : strings + offset + length]
        if len(text) < length:
            continue
        record = makeName(text, name_id, platform, encoding, language)
        try:
            record.toUnicode()
        except (UnicodeError, LookupError):
            continue
        yield record


def _clean(name: str | None) -> str | None:
    """Return a name without control characters, cut to NAME_LIMIT, or None if nothing is left."""
    kept = (char for char in (name or "") if not unicodedata.category(char).startswith("C"))
    return " ".join("".join(kept).split())[:NAME_LIMIT].strip() or None
