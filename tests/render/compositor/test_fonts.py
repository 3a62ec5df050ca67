"""Finding fonts, and saying so when one is missing."""

import shutil

import pytest

from render_container.compositor import fontnames
from render_container.compositor.fonts import BUNDLED, FontBook


def test_twelve_liberation_fonts_are_bundled_with_their_licence():
    names = {face.postscript for face in FontBook([])._all() if face.path.parent == BUNDLED}
    assert {"LiberationSerif", "LiberationSans-BoldItalic", "LiberationMono-Italic"} <= names
    assert len(names) == 12
    assert "SIL OPEN FONT LICENSE" in (BUNDLED / "OFL.txt").read_text()


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ("TimesNewRomanPSMT", "LiberationSerif"),
        ("TimesNewRomanPS-BoldItalicMT", "LiberationSerif-BoldItalic"),
        ("ArialMT", "LiberationSans"),
        ("Arial-BoldMT", "LiberationSans-Bold"),
        ("Helvetica-Oblique", "LiberationSans-Italic"),
        ("CourierNewPS-ItalicMT", "LiberationMono-Italic"),
        ("Courier-Bold", "LiberationMono-Bold"),
        ("Georgia", "LiberationSerif"),
        ("SomethingUnknown-Black", "LiberationSans-Bold"),
        ("Menlo-Regular", "LiberationMono"),
        ("", "LiberationSans"),
    ],
)
def test_stand_ins_keep_family_weight_and_slant(asked, used):
    book = FontBook([])
    assert book.find(asked) is None
    assert book.substitute(asked).postscript == used


def test_a_font_is_found_by_postscript_name_and_by_family_and_style():
    book = FontBook([])
    assert book.find("LiberationSans-Bold").path.name == "LiberationSans-Bold.ttf"
    assert book.find("Liberation Serif-Italic").postscript == "LiberationSerif-Italic"


def test_own_folders_come_first(tmp_path, monkeypatch):
    mine = tmp_path / "fonts" / "deep"
    mine.mkdir(parents=True)
    shutil.copy(BUNDLED / "LiberationMono-Regular.ttf", mine / "copy.ttf")
    (mine / "broken.otf").write_bytes(b"not a font")
    monkeypatch.setenv("INTARSIA_FONTS", f"{tmp_path / 'absent'}:{tmp_path / 'fonts'}")
    assert FontBook().find("LiberationMono").path == mine / "copy.ttf"


def test_postscript_names_are_taken_apart():
    name = fontnames.parse_postscript("Roboto-MediumItalic")
    assert (name.family, name.weight, name.italic) == ("roboto", 500, True)
    assert fontnames.family_and_style("Bebas") == ("Bebas", "Regular")


def test_missing_fonts_are_named_once_each(studio):
    comp = studio.comp()
    for content in ("one", "two"):
        document = comp.add_text(content).text.source_text.value
        document.font = "Bebas-Bold"
    fine = comp.add_text("three").text.source_text.value
    fine.font = "LiberationSans"
    first, second = studio.warnings()
    assert first == "WARNING:After Effects warning: Project has missing fonts."
    assert second.startswith("WARNING:After Effects warning: Grouped_Message_{some layers have")
    assert second.endswith("}Text Layer: Font family: Bebas, Font style: Bold")
