"""Text shaping: conversion of characters with styles to glyphs with positions along a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import uharfbuzz as hb

from render_container.compositor.fonts import Face, FontBook
from render_container.compositor.textstyle import FAUX_BOLD, Cell, CharStyle


@dataclass(frozen=True)
class Glyph:
    """A glyph, with its number in the font and the position of its origin in pixels.

    The position is relative to the start of the line; after layout, to the layer's origin.
    """

    glyph: int
    face: Face
    style: CharStyle
    x: float
    y: float


class Shaper:
    """A text shaper, which uses HarfBuzz and the fonts in `book`.

    It caches the font chosen for each character and PostScript name.
    """

    def __init__(self, book: FontBook) -> None:
        self._book = book
        self._faces: dict[tuple[str, str], Face] = {}

    def face(self, cell: Cell) -> Face:
        """Return the font for a character.

        It is the font of the character's style, or a bundled substitute if that is missing. If
        it has no glyph for the character, another font that has one is returned, if there is any.
        """
        character, style = cell
        key = (style.font, character)
        if key not in self._faces:
            face = self._book.find(style.font) or self._book.substitute(style.font)
            if not face.has(character) and not character.isspace():
                face = self._book.for_character(character) or face
            self._faces[key] = face
        return self._faces[key]

    def width(self, cells: Sequence[Cell]) -> float:
        """Return the width of characters in pixels, including the last one's tracking."""
        return sum(self.advances(cells))

    def advances(self, cells: Sequence[Cell]) -> list[float]:
        """Return the advance of each character in pixels, including its tracking."""
        return self._shape(cells)[1]

    def glyphs(self, cells: Sequence[Cell], extra: Sequence[float] = ()) -> list[Glyph]:
        """Return the glyphs of one line, positioned from its start.

        `extra[i]` is the number of pixels to add after character `i`; empty to add none.
        """
        shaped, advances = self._shape(cells)
        pens, x = [], 0.0
        for index, advance in enumerate(advances):
            pens.append(x)
            x += advance + (extra[index] if extra else 0.0)
        return [
            Glyph(glyph.glyph, glyph.face, glyph.style, pens[cluster] + glyph.x, glyph.y)
            for cluster, glyph in shaped
        ]

    def _shape(self, cells: Sequence[Cell]) -> tuple[list[tuple[int, Glyph]], list[float]]:
        """Return glyphs, each after its character's index, and all characters' advances in pixels.

        A glyph's position is relative to the origin of its character.
        """
        shaped: list[tuple[int, Glyph]] = []
        advances = [0.0] * len(cells)
        keyed = enumerate(cells)
        for (face, style), run in groupby(keyed, lambda item: (self.face(item[1]), item[1][1])):
            members = list(run)
            start = members[0][0]
            text = "".join(cell[0] for _, cell in members)
            for index, glyph, advance in _shape_run(text, face, style):
                shaped.append((start + index, glyph))
                advances[start + index] += advance
            for index, _ in members:
                advances[index] *= style.horizontal
                advances[index] += style.tracking / 1000.0 * style.size
        return shaped, advances


def _shape_run(text: str, face: Face, style: CharStyle) -> Iterator[tuple[int, Glyph, float]]:
    """Yield the glyphs of a text in one font and style: character index, glyph, advance.

    A glyph's position is relative to the origin of its character. The advance is in pixels,
    before horizontal scale and tracking.
    """
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    features = {"liga": style.ligatures, "clig": style.ligatures, "kern": style.kerning}
    hb.shape(face.shaper, buffer, features)
    scale = style.size / face.units
    inside: dict[int, float] = {}  # width so far of each character's glyphs
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = inside.get(info.cluster, 0.0)
        x = (pen + position.x_offset * scale) * style.horizontal
        y = -position.y_offset * scale * style.vertical - style.shift
        advance = position.x_advance * scale
        if style.faux_bold:
            advance += FAUX_BOLD * style.size
        inside[info.cluster] = pen + advance
        yield info.cluster, Glyph(info.codepoint, face, style, x, y), advance
