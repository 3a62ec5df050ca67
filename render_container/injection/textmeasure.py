"""Measures of a text: its width, and whether it fits its box at a multiple of its font size."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import uharfbuzz as hb
from py_aep import FontCapsOption

from render_container.injection.fonts import Face, Fonts

AUTO_LEADING = 1.2  # times the font size
_FAUX_BOLD = 0.027  # ems that faux bold adds to each advance
_SMALL_CAPS = 0.7  # size of small capitals relative to that of capitals


@dataclass(frozen=True)
class Run:
    """Adjacent characters of a text with the same format; `start` and `end` count UTF-16 units.

    `size` and `leading` are in pixels, `tracking` in thousandths of an em. `horizontal` is the
    scale of the characters' widths, with 1 for 100 %.
    """

    text: str
    start: int
    end: int
    font: str
    size: float
    leading: float
    tracking: float
    horizontal: float
    faux_bold: bool
    caps: Any


def read_runs(document: Any) -> list[Run]:
    """Return the runs of the text in a py-aep TextDocument.

    No run crosses the end of a paragraph.
    """
    looks: list[tuple[str, int, tuple[Any, ...]]] = []
    start = 0
    for character in str(document.text):
        width = 2 if ord(character) > 0xFFFF else 1
        if character != "\n":
            looks.append((character, start, _look(document.character_range(start, start + width))))
        else:
            looks.append((character, start, ()))
        start += width
    runs: list[Run] = []
    for look, group in groupby(looks, key=lambda item: item[2]):
        if look:
            members = list(group)
            text = "".join(member[0] for member in members)
            first = members[0][1]
            runs.append(Run(text, first, first + len(text.encode("utf-16-le")) // 2, *look))
    return runs


def _look(characters: Any) -> tuple[Any, ...]:
    size = float(characters.font_size or 36.0)
    automatic = characters.auto_leading or characters.leading is None
    return (
        str(characters.font or ""),
        size,
        AUTO_LEADING * size if automatic else float(characters.leading),
        float(characters.tracking or 0),
        1.0 if characters.horizontal_scale is None else float(characters.horizontal_scale),
        bool(characters.faux_bold),
        characters.font_caps_option,
    )


class Measure:
    """Measures of one text at the current font sizes of its characters.

    `runs` are those that `read_runs` returns for `document`.
    """

    def __init__(self, document: Any, runs: list[Run], fonts: Fonts) -> None:
        self._paragraphs = str(document.text).split("\n")
        self._runs = runs
        self._faces = {run.font: fonts.face(run.font) for run in runs}
        self.box: tuple[float, float] | None = None
        """Width (less the insets) and height of the text box, in pixels; None for point text."""
        if document.box_text_size is not None:
            width, height = document.box_text_size
            self.box = width - 2 * float(document.box_inset_spacing), height

    @property
    def stand_ins(self) -> dict[str, str]:
        """Names of missing fonts, each with the name of the stand-in that was measured instead."""
        return {
            name: face.stands_in for name, face in self._faces.items() if face.stands_in is not None
        }

    @property
    def widest(self) -> float:
        """Width of the widest paragraph in pixels, if every paragraph is on one line."""
        return max(sum(advances) for advances in self._advances)

    def fits_box(self, factor: float) -> bool:
        """Return whether all lines fit the text box with every font size multiplied by `factor`.

        The text must have a box.
        """
        assert self.box is not None
        width, height = self.box
        lines = 0
        for text, advances in zip(self._paragraphs, self._advances, strict=True):
            count = _count_lines(text, advances, width / factor)
            if count is None:
                return False
            lines += count
        ascent = max(self._faces[run.font].ascent * run.size for run in self._runs)
        leading = max(run.leading for run in self._runs)
        return factor * (ascent + (lines - 1) * leading) <= height

    @cached_property
    def _advances(self) -> list[list[float]]:
        """For each paragraph, the advance of each of its characters, in pixels."""
        rows: list[list[float]] = [[] for _ in self._paragraphs]
        at = 0
        for run in self._runs:
            while len(rows[at]) >= len(self._paragraphs[at]):
                at += 1
            rows[at] += _advances_of(run, self._faces[run.font])
        return rows


def _advances_of(run: Run, face: Face) -> list[float]:
    """Return the advance of each character of a run, in pixels."""
    capitals = run.caps != FontCapsOption.FONT_NORMAL_CAPS
    small = run.caps != FontCapsOption.FONT_ALL_CAPS
    # A capital may be several letters (ß becomes SS); each keeps its character's position.
    letters = [
        (owner, letter)
        for owner, character in enumerate(run.text)
        for letter in (character.upper() if capitals else character)
    ]
    buffer = hb.Buffer()
    buffer.add_str("".join(letter for _, letter in letters))
    buffer.guess_segment_properties()
    hb.shape(face.font, buffer, {"liga": False, "clig": False})
    advances = [run.tracking / 1000 * run.size] * len(run.text)
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        owner = letters[info.cluster][0]
        advance = position.x_advance / face.units + (_FAUX_BOLD if run.faux_bold else 0.0)
        if capitals and small and run.text[owner].islower():
            advance *= _SMALL_CAPS
        advances[owner] += advance * run.size * run.horizontal
    return advances


def _count_lines(text: str, advances: list[float], width: float) -> int | None:
    """Return the number of lines of a paragraph; None if a word is wider than a line.

    `advances` are those of its characters, and `width` is that of a line, both in pixels. Lines
    break at spaces. Spaces at the end of a line do not count towards its width.
    """
    lines, used, start = 1, 0.0, 0
    while start < len(text):
        end = start
        while end < len(text) and text[end] != " ":
            end += 1
        word = sum(advances[start:end])
        if word > width:
            return None
        if used + word > width:
            lines, used = lines + 1, 0.0
        while end < len(text) and text[end] == " ":
            end += 1
        used += sum(advances[start:end])
        start = end
    return lines
