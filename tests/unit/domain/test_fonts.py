from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.font_views import font_view
from intarsia.domain.fonts import (
    Font,
    FontNames,
    FontStatus,
    find_font,
    font_key,
    usable_file_name,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def font(font_id, family="Brand", style="Regular", *, day=0, named=None, **fields):
    postscript = f"{family}-{style}".replace(" ", "")
    names = FontNames(
        families=[family], postscript=postscript, full=f"{family} {style}", style=style
    )
    return Font.model_validate(
        {
            "id": font_id,
            "team_id": "team",
            "status": FontStatus.UPLOADED,
            "file_name": f"{font_id}.ttf",
            "family_name": named,
            "key": "key",
            "created_at": START + timedelta(days=day),
            "names": names,
        }
        | fields
    )


@pytest.mark.parametrize(
    "wanted",
    [
        "Brand-Bold",
        "BRAND-BOLD",
        "Brand Bold",
        "brand  bold",
        "B",
        "b.TTF",
        "House Bold",
        " B.ttf ",
    ],
)
def test_a_font_is_found_by_any_of_its_names_in_any_case(wanted):
    fonts = [font("A"), font("B", style="Bold", named="House"), font("C", style="Italic")]

    found = find_font(fonts, wanted)

    assert found
    assert found.id == "B"


def test_of_a_family_the_regular_one_is_meant_by_either_name():
    fonts = [font("A", style="Bold", named="House", day=2), font("B", named="House", day=1)]

    assert [find_font(fonts, name).id for name in ("Brand", "house")] == ["B", "B"]
    assert find_font(fonts[:1], "Brand").id == "A"


def test_of_fonts_that_are_alike_the_newest_is_meant():
    fonts = [font("A", day=1), font("B", day=3), font("C", day=2)]

    for order in (fonts, fonts[::-1]):
        assert find_font(order, "Brand-Regular").id == "B"


def test_a_postscript_name_goes_before_a_family_or_file_of_that_name():
    fonts = [font("A", family="Acme"), font("B", named="Acme-Regular", day=1)]

    assert find_font(fonts, "acme-regular").id == "A"


def test_a_font_without_a_file_is_not_found():
    waiting = font("A", status=FontStatus.AWAITING_UPLOAD, names=None)
    broken = font("B", status=FontStatus.ERROR)

    assert find_font([waiting, broken], "A") is None
    assert find_font([waiting, broken], "Brand") is None
    assert find_font([], "") is None
    assert find_font([font("A", style="Bold")], "") is None


@given(st.lists(st.sampled_from("abc"), max_size=4), st.text(max_size=5))
def test_what_is_found_goes_by_that_name(ids, wanted):
    fonts = [font(name, family=name.upper()) for name in ids]

    found = find_font(fonts, wanted)

    if found:
        assert wanted.strip().casefold() in {
            *(found.id, f"{found.id}.ttf", f"{found.id}-regular", f"{found.id} regular"),
        }


def test_a_view_names_a_family_even_before_the_file_is_there():
    waiting = font("A", status=FontStatus.AWAITING_UPLOAD, names=None, file_name="Brand Sans.ttf")

    assert font_view(waiting).body() == {
        "id": "A",
        "familyName": "Brand Sans",
        "fileName": "Brand Sans.ttf",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "postscriptName": None,
        "fullName": None,
        "style": None,
        "status": "awaiting_upload",
        "bytes": None,
        "error": None,
    }
    assert font_view(font("B", named="House")).family_name == "House"


@given(st.text())
def test_a_key_stays_in_its_fonts_place_whatever_the_file_is_called(name):
    try:
        usable = usable_file_name(name + ".ttf")
    except ValueError:
        return
    folder, _, file = font_key("team", "id", usable).rpartition("/")
    assert folder == "fonts/team/id"
    assert file.isascii()
    assert file.endswith(".ttf")
    assert len(file) < 90


@pytest.mark.parametrize(
    "name",
    ["a.otf", "a", ".ttf", "a/b.ttf", "..\\b.ttf", "a\0.ttf", "a\n.ttf", "", "a" * 255 + ".ttf"],
)
def test_what_is_no_plain_name_of_a_truetype_file_is_refused(name):
    with pytest.raises(ValueError, match="file name"):
        usable_file_name(name)
