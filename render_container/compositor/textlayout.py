"""Text layout: line breaks, justification and baselines, which give glyphs their positions.

Point text starts at the layer's origin, with one line per paragraph. Box text is broken at spaces
to fit the box. Lines with a baseline below the box are not drawn. py-aep's authors measured these
rules on After Effects 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from py_aep import BoxVerticalAlignment

from render_container.compositor.textshape import Glyph, Shaper
from render_container.compositor.textstyle import (
    FAUX_BOLD,
    Cell,
    CharStyle,
    Paragraph,
    ParagraphStyle,
    read_paragraphs,
)


@dataclass(frozen=True, eq=False)
class TextLayout:
    """The glyphs of a text document, with their positions in layer pixels.

    Layouts are compared by identity, because each text document has only one.
    """

    glyphs: tuple[Glyph, ...]


@dataclass
class _Line:
    cells: tuple[Cell, ...]
    style: ParagraphStyle
    end: CharStyle
    first: bool
    last: bool

    @property
    def styles(self) -> list[CharStyle]:
        return [style for _, style in self.cells] or [self.end]


def layout_text(document: Any, shaper: Shaper) -> TextLayout:
    """Return the layout of a py-aep TextDocument, which may be point text or box text."""
    paragraphs = read_paragraphs(document)
    if document.box_text_size is None:
        return _point_text(paragraphs, shaper)
    return _box_text(document, paragraphs, shaper)


def _point_text(paragraphs: list[Paragraph], shaper: Shaper) -> TextLayout:
    glyphs: list[Glyph] = []
    baseline = 0.0
    for number, paragraph in enumerate(paragraphs):
        line = _Line(paragraph.cells, paragraph.style, paragraph.end, first=True, last=True)
        if number > 0:
            baseline += max(style.leading for style in line.styles)
            baseline += paragraphs[number - 1].style.after + paragraph.style.before
        style = paragraph.style
        side = style.last if style.last != "full" else "left"
        x = {"left": 0.0, "center": -0.5, "right": -1.0}[side] * _visible(line.cells, shaper)
        x += style.first_indent
        if side == "left":
            x += style.start_indent
        elif side == "right":
            x -= style.end_indent
        glyphs += _moved(shaper.glyphs(line.cells), x, baseline)
    return TextLayout(tuple(glyphs))


def _box_text(document: Any, paragraphs: list[Paragraph], shaper: Shaper) -> TextLayout:
    width, height = (float(value) for value in document.box_text_size)
    left, top = (float(value) for value in document.box_text_pos or (0.0, 0.0))
    inset = float(document.box_inset_spacing)
    lines = [
        line
        for paragraph in paragraphs
        for line in _break_paragraph(paragraph, width - 2 * inset, shaper)
    ]
    placed = _baselines(lines, shaper)
    kept = [(line, y) for line, y in zip(lines, placed, strict=True) if y <= height]
    rise = _vertical_shift(document.box_vertical_alignment, kept, height - 2 * inset, shaper)
    glyphs: list[Glyph] = []
    for line, y in kept:
        x, extra = _justify(line, width - 2 * inset, shaper)
        glyphs += _moved(shaper.glyphs(line.cells, extra), left + inset + x, top + inset + y + rise)
    return TextLayout(tuple(glyphs))


def _break_paragraph(paragraph: Paragraph, width: float, shaper: Shaper) -> list[_Line]:
    style = paragraph.style
    limit = width - style.start_indent - style.end_indent
    rest = paragraph.cells
    lines: list[_Line] = []
    while True:
        first = not lines
        take = _fit(rest, limit - (style.first_indent if first else 0.0), shaper)
        last = take >= len(rest)
        lines.append(_Line(rest[:take], style, paragraph.end, first, last))
        rest = rest[take:]
        if last:
            return lines


def _fit(cells: tuple[Cell, ...], limit: float, shaper: Shaper) -> int:
    """Return how many characters fit into a line of `limit` pixels, spaces after words included.

    They are whole words, unless the first word alone is too long: then as many of its characters
    as fit, but at least one.
    """
    take = 0
    while take < len(cells):
        end = take
        while end < len(cells) and cells[end][0] != " ":
            end += 1
        if shaper.width(cells[:end]) > limit:
            break
        while end < len(cells) and cells[end][0] == " ":
            end += 1
        take = end
    if take or not cells:
        return take
    take = 1
    while take < len(cells) and cells[take][0] != " ":
        if shaper.width(cells[: take + 1]) > limit:
            break
        take += 1
    return take


def _baselines(lines: list[_Line], shaper: Shaper) -> list[float]:
    placed: list[float] = []
    y = 0.0
    for number, line in enumerate(lines):
        if number == 0:
            y = max(_ascent(cell, shaper) for cell in line.cells or ((" ", line.end),))
        else:
            y += max(style.leading for style in line.styles)
            if line.first:
                y += lines[number - 1].style.after + line.style.before
        placed.append(y)
    return placed


def _ascent(cell: Cell, shaper: Shaper) -> float:
    style = cell[1]
    bold = FAUX_BOLD / 2 if style.faux_bold else 0.0
    return (shaper.face(cell).ascent + bold) * style.size


def _vertical_shift(
    alignment: Any, lines: list[tuple[_Line, float]], height: float, shaper: Shaper
) -> float:
    if not lines or alignment not in (BoxVerticalAlignment.CENTER, BoxVerticalAlignment.BOTTOM):
        return 0.0
    line, baseline = lines[-1]
    cells = line.cells or ((" ", line.end),)
    depth = max(shaper.face(cell).descent * cell[1].size for cell in cells)
    free = height - baseline - depth
    return free if alignment == BoxVerticalAlignment.BOTTOM else free / 2


def _justify(line: _Line, width: float, shaper: Shaper) -> tuple[float, list[float]]:
    """Return the x at which a line starts, and the pixels to add after each character.

    `width` is the width in pixels for the line and its indents. The list is empty if nothing is
    to be added.
    """
    style = line.style
    start = style.start_indent + (style.first_indent if line.first else 0.0)
    free = width - start - style.end_indent - _visible(line.cells, shaper)
    how = style.last if line.last else style.justify
    if how == "full":
        return start, _stretch_spaces(line.cells, free)
    return start + {"left": 0.0, "center": 0.5, "right": 1.0}[how] * free, []


def _stretch_spaces(cells: Sequence[Cell], free: float) -> list[float]:
    end = _visible_length(cells)
    spaces = [index for index in range(end) if cells[index][0] == " "]
    if not spaces or free <= 0:
        return []
    share = free / len(spaces)
    return [share if index in spaces else 0.0 for index in range(len(cells))]


def _visible_length(cells: Sequence[Cell]) -> int:
    end = len(cells)
    while end and cells[end - 1][0] == " ":
        end -= 1
    return end


def _visible(cells: Sequence[Cell], shaper: Shaper) -> float:
    """Return the width of a line in pixels, up to the end of its last character but spaces.

    The tracking after that character is not included.
    """
    end = _visible_length(cells)
    if not end:
        return 0.0
    last = cells[end - 1][1]
    return shaper.width(cells[:end]) - last.tracking / 1000.0 * last.size


def _moved(glyphs: list[Glyph], x: float, y: float) -> list[Glyph]:
    return [replace(glyph, x=glyph.x + x, y=glyph.y + y) for glyph in glyphs]
