"""Reading of a text document: its characters and paragraphs with their styles.

py-aep's authors measured the rules by which styles determine sizes on After Effects 2026
(`py_aep.resolvers.text_composition` and `text_ink`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from py_aep import FontBaselineOption, FontCapsOption, ParagraphJustification

from render_container.compositor.model import Colour

AUTO_LEADING = 1.2
FAUX_BOLD = 0.027
"""Width that faux bold adds to each advance, in ems."""
_SMALL_CAPS = 0.7
_SCRIPT_SIZE = 0.583
_SCRIPT_SHIFT = 1 / 3

_JUSTIFY = {
    ParagraphJustification.LEFT_JUSTIFY: ("left", "left"),
    ParagraphJustification.RIGHT_JUSTIFY: ("right", "right"),
    ParagraphJustification.CENTER_JUSTIFY: ("center", "center"),
    ParagraphJustification.FULL_JUSTIFY_LASTLINE_LEFT: ("full", "left"),
    ParagraphJustification.FULL_JUSTIFY_LASTLINE_RIGHT: ("full", "right"),
    ParagraphJustification.FULL_JUSTIFY_LASTLINE_CENTER: ("full", "center"),
    ParagraphJustification.FULL_JUSTIFY_LASTLINE_FULL: ("full", "full"),
}


@dataclass(frozen=True)
class CharStyle:
    """The style of one character; lengths are in pixels."""

    font: str
    """PostScript name of the font."""
    size: float
    leading: float
    """Distance of the line's baseline from that of the line before."""
    tracking: float = 0.0
    """Space added after the character, in thousandths of an em."""
    horizontal: float = 1.0
    """Factor of the glyph's width."""
    vertical: float = 1.0
    """Factor of the glyph's height."""
    shift: float = 0.0
    """Distance of the character above the baseline."""
    faux_bold: bool = False
    faux_italic: bool = False
    ligatures: bool = False
    kerning: bool = True
    fill: Colour | None = None
    """Colour of the fill; None for no fill."""
    stroke: Colour | None = None
    """Colour of the stroke; None for no stroke."""
    stroke_width: float = 0.0
    stroke_over: bool = True
    """Whether the stroke is drawn over the fill."""


@dataclass(frozen=True)
class ParagraphStyle:
    """A paragraph's justification, and its indents and spacing in pixels."""

    justify: str = "left"
    """Justification of all lines but the last: "left", "center", "right" or "full"."""
    last: str = "left"
    """Justification of the last line, by the same names."""
    first_indent: float = 0.0
    """Indent of the first line, added to the indent of all lines."""
    start_indent: float = 0.0
    """Indent of all lines on the left."""
    end_indent: float = 0.0
    """Indent of all lines on the right."""
    before: float = 0.0
    """Space above the paragraph."""
    after: float = 0.0
    """Space below the paragraph."""


Cell = tuple[str, CharStyle]
"""One character and its style."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a text document."""

    cells: tuple[Cell, ...]
    """The paragraph's characters."""
    style: ParagraphStyle
    end: CharStyle
    """Style of the paragraph's end, which determines the height of an empty line."""


def read_paragraphs(document: Any) -> list[Paragraph]:
    """Return the paragraphs of a py-aep TextDocument.

    The options All Caps and Small Caps are already applied to the characters and their sizes.
    """
    paragraphs = []
    offset = 0
    for text in str(document.text).split("\n"):
        cells: list[Cell] = []
        style = None
        start = offset
        for character in text:
            units = 2 if ord(character) > 0xFFFF else 1
            chars = document.character_range(offset, offset + units)
            style = _char_style(chars)
            cells.extend(_with_caps(character, style, chars.font_caps_option))
            offset += units
        chars = document.character_range(start, start)
        end = style or _char_style(chars)
        paragraphs.append(Paragraph(tuple(cells), _paragraph_style(chars), end))
        offset += 1
    return paragraphs


def fonts_used(document: Any) -> set[str]:
    """Return the PostScript names of the fonts of all characters in a py-aep TextDocument."""
    text = str(document.text)
    units = len(text.encode("utf-16-be")) // 2
    names = {document.character_range(i, i + 1).font for i in range(units)}
    return {str(name) for name in names if name}


def _char_style(chars: Any) -> CharStyle:
    size = float(chars.font_size or 36.0)
    leading = AUTO_LEADING * size
    if not chars.auto_leading and chars.leading is not None:
        leading = float(chars.leading)
    style = CharStyle(
        font=str(chars.font or ""),
        size=size,
        leading=leading,
        tracking=float(chars.tracking or 0),
        horizontal=_factor(chars.horizontal_scale),
        vertical=_factor(chars.vertical_scale),
        shift=float(chars.baseline_shift or 0.0),
        faux_bold=bool(chars.faux_bold),
        faux_italic=bool(chars.faux_italic),
        ligatures=bool(chars.ligature),
        fill=_colour(chars.fill_color) if chars.apply_fill else None,
        stroke=_colour(chars.stroke_color) if chars.apply_stroke else None,
        stroke_width=float(chars.stroke_width or 0.0),
        stroke_over=bool(chars.stroke_over_fill),
    )
    script = chars.font_baseline_option
    if script == FontBaselineOption.FONT_FAUXED_SUPERSCRIPT:
        return replace(style, size=size * _SCRIPT_SIZE, shift=style.shift + size * _SCRIPT_SHIFT)
    if script == FontBaselineOption.FONT_FAUXED_SUBSCRIPT:
        return replace(style, size=size * _SCRIPT_SIZE, shift=style.shift - size * _SCRIPT_SHIFT)
    return style


def _factor(value: float | None) -> float:
    return 1.0 if value is None else float(value)


def _colour(value: Any) -> Colour | None:
    return None if value is None else (float(value[0]), float(value[1]), float(value[2]))


def _with_caps(character: str, style: CharStyle, caps: Any) -> list[Cell]:
    if caps == FontCapsOption.FONT_ALL_CAPS:
        return [(upper, style) for upper in character.upper()]
    small = caps == FontCapsOption.FONT_ALL_SMALL_CAPS or (
        caps == FontCapsOption.FONT_SMALL_CAPS and character.islower()
    )
    if small:
        smaller = replace(style, size=style.size * _SMALL_CAPS)
        return [(upper, smaller) for upper in character.upper()]
    return [(character, style)]


def _paragraph_style(chars: Any) -> ParagraphStyle:
    justify, last = _JUSTIFY.get(chars.justification, ("left", "left"))
    return ParagraphStyle(
        justify=justify,
        last=last,
        first_indent=float(chars.first_line_indent or 0.0),
        start_indent=float(chars.start_indent or 0.0),
        end_indent=float(chars.end_indent or 0.0),
        before=float(chars.space_before or 0.0),
        after=float(chars.space_after or 0.0),
    )
