"""Real fonts, and ones made to measure."""

import struct

import pytest

from tests.support.paths import BUNDLED_FONTS

TABLES = ("cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name")


@pytest.fixture(scope="session")
def liberation():
    """The bytes of one of the Liberation fonts, by name such as `Sans-Bold`."""
    return lambda name: (BUNDLED_FONTS / f"Liberation{name}.ttf").read_bytes()


def sfnt(tables, *, kind=b"\x00\x01\x00\x00"):
    offset = 12 + 16 * len(tables)
    directory, bodies = b"", b""
    for tag, body in tables.items():
        directory += struct.pack(">4sLLL", tag.encode(), 0, offset + len(bodies), len(body))
        bodies += body
    return kind + struct.pack(">4H", len(tables), 0, 0, 0) + directory + bodies


def name_table(records):
    headers, strings = b"", b""
    for platform, encoding, language, name_id, text in records:
        place = (platform, encoding, language, name_id, len(text), len(strings))
        headers += struct.pack(">6H", *place)
        strings += text
    return struct.pack(">3H", 0, len(records), 6 + len(headers)) + headers + strings


@pytest.fixture(scope="session")
def make_font():
    """A font with these name records, (platform, encoding, language, id, bytes); no outlines.

    Tables by keyword replace its own; None leaves one out.
    """

    def make(records=((3, 1, 0x409, 1, b"\0M\0a\0d\0e"),), **tables):
        own = dict.fromkeys(TABLES, b"") | {"name": name_table(records)} | tables
        return sfnt({tag: body for tag, body in own.items() if body is not None})

    return make
