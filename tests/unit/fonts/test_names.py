import struct

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from intarsia.domain.fonts import FontNames
from intarsia.fonts.names import NAME_LIMIT, RECORDS_LIMIT, STRING_LIMIT, FontError, read_names
from tests.support import campaign

WINDOWS = (3, 1, 0x409)


def utf16(text):
    return text.encode("utf-16-be")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "Sans-Regular",
            FontNames(
                families=["Liberation Sans"],
                postscript="LiberationSans",
                full="Liberation Sans",
                style="Regular",
            ),
        ),
        (
            "Mono-BoldItalic",
            FontNames(
                families=["Liberation Mono"],
                postscript="LiberationMono-BoldItalic",
                full="Liberation Mono Bold Italic",
                style="Bold Italic",
            ),
        ),
    ],
)
def test_real_fonts_say_what_they_are_called(liberation, file, expected):
    assert read_names(liberation(file)) == expected


def test_the_typographic_family_comes_first_and_the_old_one_is_kept(make_font):
    font = make_font(
        [
            (*WINDOWS, 1, utf16("Brand Light")),
            (*WINDOWS, 2, utf16("Regular")),
            (*WINDOWS, 16, utf16("Brand")),
            (*WINDOWS, 17, utf16("Light")),
            (*WINDOWS, 6, utf16("Brand-Light")),
        ]
    )

    assert read_names(font) == FontNames(
        families=["Brand", "Brand Light"], postscript="Brand-Light", style="Light"
    )


def test_english_is_preferred_and_old_macintosh_names_are_understood(make_font):
    both = make_font([(3, 1, 0x411, 1, utf16("名前")), (*WINDOWS, 1, utf16("Namae"))])
    mac = make_font([(1, 0, 0, 1, "Café".encode("mac_roman"))])

    assert read_names(both).families == ["Namae"]
    assert read_names(mac).families == ["Café"]


def test_apples_own_mark_is_truetype_too(make_font):
    assert read_names(b"true" + make_font()[4:]).families == ["Made"]


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"OTTO", "OTF"),
        (b"wOFF", "WOFF"),
        (b"wOF2", "WOFF2"),
        (b"ttcf", "TTC"),
        (b"%!PS", "Type 1"),
        (b"PK\x03\x04", "not a font file"),
        (b"", "not a font file"),
    ],
)
def test_other_formats_are_named_with_what_would_be_right(make_font, start, what):
    with pytest.raises(FontError, match=rf"{what}.*TrueType font \(\.ttf\)"):
        read_names(start + make_font()[4:] if start else b"")


def test_a_font_without_outlines_or_names_is_refused(make_font):
    with pytest.raises(FontError, match="glyf"):
        read_names(make_font(glyf=None))
    with pytest.raises(FontError, match="name"):
        read_names(make_font(name=None))
    with pytest.raises(FontError, match="has no font family"):
        read_names(make_font([(*WINDOWS, 6, utf16("Only-PostScript"))]))
    with pytest.raises(FontError, match="has no font family"):
        read_names(make_font([(*WINDOWS, 1, utf16(" \0\u200b\n"))]))


def test_names_are_printable_and_of_bearable_length(make_font):
    font = make_font([(*WINDOWS, 1, utf16("A\0\r\n\u202eB  " + "x" * 500))])

    (family,) = read_names(font).families
    assert family.startswith("AB x")
    assert len(family) == NAME_LIMIT


def test_a_record_that_cannot_be_decoded_or_lies_outside_is_passed_over(make_font):
    good = (*WINDOWS, 1, utf16("Good"))
    undecodable = [(3, 1, 0x409, 1, b"\xd8\x00"), (1, 9999, 1, 1, b"\xff"), (77, 7, 7, 1, b"\xff")]

    assert read_names(make_font([*undecodable, good])).families == ["Good"]
    table = struct.pack(">3H", 0, 1, 18) + struct.pack(">6H", *WINDOWS, 1, 8, 65000)
    with pytest.raises(FontError, match="has no font family"):
        read_names(make_font(name=table))


def test_lists_without_end_are_refused_at_once(make_font):
    many = struct.pack(">3H", 0, RECORDS_LIMIT + 1, 6) + b"\0" * 12 * (RECORDS_LIMIT + 1)
    # All records share one string, which is the records themselves; in no preferred language.
    record = struct.pack(">6H", 3, 1, 0x411, 1, STRING_LIMIT, 0)
    shared = struct.pack(">3H", 0, RECORDS_LIMIT, 6) + record * RECORDS_LIMIT

    with pytest.raises(FontError, match=f"{RECORDS_LIMIT + 1} names"):
        read_names(make_font(name=many))
    with pytest.raises(FontError, match="65535 tables"):
        read_names(b"\x00\x01\x00\x00\xff\xff" + b"\0" * 16 * 65536)
    assert read_names(make_font(name=shared)).families
    assert RECORDS_LIMIT * STRING_LIMIT < 8 << 20  # bytes that are decoded for it


def test_a_font_that_lacks_its_last_bytes_is_refused(make_font):
    whole = make_font([(*WINDOWS, 1, utf16("Some name"))])

    with pytest.raises(FontError, match="ends within its table 'name'"):
        read_names(whole[:-1])


@settings(max_examples=campaign.size(25, 60))
@given(st.data())
def test_a_cut_font_is_refused_in_words(liberation, data):
    whole = liberation("Sans-Regular")
    length = data.draw(st.integers(0, len(whole) - 4) | st.integers(0, 600))

    with pytest.raises(FontError):
        read_names(whole[:length])


@settings(max_examples=campaign.size(50, 200))
@given(st.data())
def test_a_damaged_font_gives_names_or_a_reason_and_nothing_else(make_font, data):
    font = bytearray(make_font([(*WINDOWS, name_id, utf16("Some name")) for name_id in range(8)]))
    for _ in range(data.draw(st.integers(1, 8))):
        font[data.draw(st.integers(0, len(font) - 1))] = data.draw(st.integers(0, 255))

    _names_or_reason(bytes(font))


@settings(max_examples=campaign.size(50, 200))
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4) | st.integers(0, 65535),
            st.integers(0, 12) | st.integers(0, 65535),
            st.sampled_from([0, 0x409]) | st.integers(0, 65535),
            st.sampled_from([1, 2, 4, 6, 16, 17, 21]),
            st.binary(max_size=30),
        ),
        max_size=6,
    )
)
def test_any_names_in_any_encoding_are_read_or_refused(make_font, records):
    _names_or_reason(make_font(records))


@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_refused_or_read(data):
    _names_or_reason(b"\x00\x01\x00\x00" + data)


def _names_or_reason(font):
    try:
        names = read_names(font)
    except FontError:
        return
    for name in [*names.families, names.postscript, names.full, names.style]:
        assert name is None or (0 < len(name) <= NAME_LIMIT and name.isprintable())


def test_the_names_are_those_that_fonttools_reads_from_the_whole_font(liberation, tmp_path):
    for file in ("Serif-Italic", "Sans-Bold"):
        (tmp_path / "f.ttf").write_bytes(liberation(file))
        theirs = TTFont(tmp_path / "f.ttf")["name"]
        ours = read_names(liberation(file))
        assert ours.families[0] == theirs.getBestFamilyName()
        assert ours.style == theirs.getBestSubFamilyName()
        assert ours.postscript == theirs.getDebugName(6)
