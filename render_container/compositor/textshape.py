"""Shaping: characters with styles become glyphs with positions along a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import uharfbuzz as hb

from render_container.compositor.fonts import Face, FontBook
from render_container.compositor.textstyle import FAUX_BOLD, Cell, CharStyle


@dataclass(frozen=True)
class Glyph:
    """A glyph and where its origin is on the line, in pixels from the line's pen start."""

    glyph: int
    face: Face
    style: CharStyle
    x: float
    y: float


class Shaper:
    """Shapes cells and measures them; remembers which face stands for which font name."""

    def __init__(self, book: FontBook) -> None:
        self._book = book
        self._faces: dict[tuple[str, str], Face] = {}

    def face(self, cell: Cell) -> Face:
        """The font that draws a character: its own, a stand-in, or any that has the glyph."""
        character, style = cell
        key = (style.font, character)
        if key not in self._faces:
            face = self._book.find(style.font) or self._book.substitute(style.font)
            if not face.has(character) and not character.isspace():
                face = self._book.for_character(character) or face
            self._faces[key] = face
        return self._faces[key]

    def width(self, cells: Sequence[Cell]) -> float:
        """Advance of a run of characters, in pixels, tracking after the last one included."""
        return sum(self.advances(cells))

    def advances(self, cells: Sequence[Cell]) -> list[float]:
        """Advance of each character, in pixels."""
        return self._shape(cells)[1]

    def glyphs(self, cells: Sequence[Cell], extra: Sequence[float] = ()) -> list[Glyph]:
        """The glyphs of one line; `extra` pixels are added after each character."""
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
        """Glyphs with the character they belong to, and the advance of every character."""
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
    """Glyphs of one face and style: the character each belongs to, placed from that
    character's pen, and its advance before horizontal scale and tracking."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    features = {"liga": style.ligatures, "clig": style.ligatures, "kern": style.kerning}
    hb.shape(face.shaper, buffer, features)
    scale = style.size / face.units
    inside: dict[int, float] = {}  # how far the pen is within each character's glyphs
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = inside.get(info.cluster, 0.0)
        x = (pen + position.x_offset * scale) * style.horizontal
        y = -position.y_offset * scale * style.vertical - style.shift
        advance = position.x_advance * scale
        if style.faux_bold:
            advance += FAUX_BOLD * style.size
        inside[info.cluster] = pen + advance
        yield info.cluster, Glyph(info.codepoint, face, style, x, y), advance
