"""Text: where glyphs stand, how lines break, what styles do."""

import numpy as np
import pytest
from py_aep import BoxVerticalAlignment, FontCapsOption, ParagraphJustification

from render_container.compositor.fonts import BUNDLED, FontBook
from render_container.compositor.textlayout import layout_text
from render_container.compositor.textshape import Shaper


@pytest.fixture(scope="module")
def shaper():
    return Shaper(FontBook([]))


@pytest.fixture
def text(studio):
    """Makes a white text layer at the centre of a 400 x 200 composition."""

    def make(content, size=40.0, font="LiberationSans", box=None, **styles):
        comp = studio.comp(size=(400, 200))
        layer = comp.add_box_text(box, content) if box else comp.add_text(content)
        document = layer.text.source_text.value
        document.font, document.font_size = font, size
        document.fill_color = [1.0, 1.0, 1.0]
        for name, value in styles.items():
            setattr(document, name, value)
        layer.text.source_text.value = document
        layer.transform.position.value = [200, 100, 0]
        return layer

    return make


def ink(frame):
    """Left, top, right, bottom of what is drawn, in whole pixels."""
    rows, columns = np.nonzero(frame[..., 3] > 100)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def width_of(content, size, font="LiberationSans-Regular.ttf"):
    """Sum of the font's own advances, without kerning."""
    from fontTools.ttLib import TTFont

    tables = TTFont(BUNDLED / font)
    cmap, metrics = tables.getBestCmap(), tables["hmtx"]
    return sum(metrics[cmap[ord(c)]][0] for c in content) * size / tables["head"].unitsPerEm


def layout(layer, shaper):
    return layout_text(layer.text.source_text.value, shaper).glyphs


def test_point_text_stands_on_the_layers_origin(studio, text):
    text("HHH")
    left, top, right, bottom = ink(studio.frame())
    assert bottom == 100
    assert left == pytest.approx(200 + 40 * 0.08, abs=1.5)  # the H's left side bearing
    assert right == pytest.approx(200 + width_of("HHH", 40) - 3, abs=1.5)
    assert bottom - top == pytest.approx(40 * 1409 / 2048, abs=1)  # Liberation's cap height


@pytest.mark.parametrize(
    ("justification", "share"),
    [
        (ParagraphJustification.LEFT_JUSTIFY, 0.0),
        (ParagraphJustification.CENTER_JUSTIFY, 0.5),
        (ParagraphJustification.RIGHT_JUSTIFY, 1.0),
    ],
)
def test_justification_of_point_text(text, shaper, justification, share):
    layer = text("HHHH", justification=justification)
    start = layout(layer, shaper)[0].x
    assert start == pytest.approx(-share * width_of("HHHH", 40), abs=0.01)


def test_tracking_spreads_characters_but_not_the_end_of_a_centred_line(text, shaper):
    layer = text("HH", tracking=100, justification=ParagraphJustification.CENTER_JUSTIFY)
    first, second = layout(layer, shaper)
    assert second.x - first.x == pytest.approx(width_of("H", 40) + 4, abs=0.01)
    assert first.x == pytest.approx(-(2 * width_of("H", 40) + 4) / 2, abs=0.01)


def test_lines_follow_at_the_leading_auto_or_given(text, shaper):
    auto = layout(text("a\nb\nc"), shaper)
    assert [glyph.y for glyph in auto] == pytest.approx([0, 48, 96])
    given = layout(text("a\nb\nc", leading=30.0), shaper)
    assert [glyph.y for glyph in given] == pytest.approx([0, 30, 60])


def test_kerning_is_the_fonts_own(text, shaper):
    a, v = layout(text("AV"), shaper)
    assert v.x - a.x < width_of("A", 40)


def test_box_text_breaks_at_spaces_and_keeps_its_top(text, shaper):
    words = "one two three"
    narrow = width_of("one two", 40) + 5
    glyphs = layout(text(words, box=[narrow, 200]), shaper)
    assert len({round(glyph.y, 3) for glyph in glyphs}) == 2
    first = glyphs[0]
    assert first.x == pytest.approx(-narrow / 2)
    ascent = 1484 / 2048  # Liberation Sans' lowercase d: where After Effects' first line hangs
    assert first.y == pytest.approx(-100 + ascent * 40, abs=0.3)


def test_a_word_wider_than_its_box_is_broken_by_letters(text, shaper):
    glyphs = layout(text("HHHH", box=[width_of("HH", 40) + 1, 200]), shaper)
    assert len({round(glyph.y, 3) for glyph in glyphs}) == 2


def test_lines_below_the_box_are_not_drawn(text, shaper):
    glyphs = layout(text("a\nb\nc\nd", box=[200, 90]), shaper)
    assert len(glyphs) == 2


def test_box_text_is_justified_in_its_box(text, shaper):
    right = layout(
        text("HH", box=[300, 100], justification=ParagraphJustification.RIGHT_JUSTIFY), shaper
    )
    assert right[0].x == pytest.approx(150 - width_of("HH", 40), abs=0.01)
    full = layout(
        text(
            "a b c d e f g",
            box=[130, 190],
            justification=ParagraphJustification.FULL_JUSTIFY_LASTLINE_LEFT,
        ),
        shaper,
    )
    first_line = [glyph for glyph in full if glyph.y == full[0].y]
    visible = [glyph for glyph in first_line if glyph.x < 65 - 5]
    last = max(visible, key=lambda glyph: glyph.x)
    assert last.x + 40 * 0.556 == pytest.approx(65, abs=1)


def test_vertical_alignment_of_box_text(text, shaper):
    top = layout(text("H", box=[100, 180]), shaper)[0].y
    centre = layout(
        text("H", box=[100, 180], box_vertical_alignment=BoxVerticalAlignment.CENTER), shaper
    )[0].y
    bottom = layout(
        text("H", box=[100, 180], box_vertical_alignment=BoxVerticalAlignment.BOTTOM), shaper
    )[0].y
    assert top < centre < bottom < 90
    assert centre - top == pytest.approx(bottom - centre)


def test_runs_have_their_own_style(studio, text):
    layer = text("HH")
    document = layer.text.source_text.value
    document.character_range(1, 2).fill_color = [1.0, 0.0, 0.0]
    document.character_range(1, 2).font_size = 80.0
    frame = studio.frame()
    left, top, right, bottom = ink(frame)
    solid = frame[(frame[..., 3] == 255)]
    assert {tuple(colour) for colour in solid[:, :3].tolist()} == {(255, 255, 255), (255, 0, 0)}
    assert bottom - top == pytest.approx(80 * 1409 / 2048, abs=1.5)
    assert right - left > width_of("H", 40) + width_of("H", 80) * 0.8


def test_all_caps_even_where_a_letter_becomes_two(text, shaper):
    glyphs = layout(text("aß", font_caps_option=FontCapsOption.FONT_ALL_CAPS), shaper)
    upper = layout(text("ASS"), shaper)
    assert [glyph.glyph for glyph in glyphs] == [glyph.glyph for glyph in upper]


def test_a_stroke_is_drawn_around_the_glyphs(studio, text):
    text("H", apply_stroke=True, stroke_color=[1.0, 0.0, 0.0], stroke_width=6.0)
    frame = studio.frame()
    left, top, _, bottom = ink(frame)
    assert bottom == pytest.approx(103, abs=1)
    assert frame[(top + bottom) // 2, left + 1, :3].tolist() == [255, 0, 0]


def test_faux_bold_widens_and_faux_italic_leans(studio, text):
    def drawn(**styles):
        text("I", size=100.0, **styles)
        frame = studio.frame()
        studio.project.compositions[0].remove()
        return ink(frame)

    plain, bold, italic = drawn(), drawn(faux_bold=True), drawn(faux_italic=True)
    assert bold[2] - bold[0] > plain[2] - plain[0]
    assert italic[2] > plain[2] + 8
    assert italic[0] == plain[0]


def test_text_may_change_over_time(studio, text):
    layer = text("H")
    source = layer.text.source_text
    wide = source.value
    source.set_value_at_time(0, wide)
    source.set_value_at_time(0.4, wide)
    source.keyframes[1].value.text = "HHHH"
    first, later = ink(studio.frame(0)), ink(studio.frame(12))
    assert later[2] - later[0] > 3 * (first[2] - first[0])


def test_characters_beyond_the_basic_plane_and_empty_lines(text, shaper):
    assert len(layout(text("a\n\nb\N{GRINNING FACE}c"), shaper)) == 4


def test_opacity_of_text_does_not_darken_overlaps(studio, text):
    layer = text("HH", tracking=-500)
    layer.transform.opacity.value = 50
    assert studio.frame()[..., 3].max() == pytest.approx(128, abs=1)
