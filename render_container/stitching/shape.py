"""The shape of a clip's pictures: pixels, their aspect, and how the picture is turned."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

_UPRIGHT = (1, 0, 0, 1)
_FAR_ASPECT = 8  # beyond it a pixel aspect ratio is a mistake


@dataclass(frozen=True)
class Shape:
    """What is needed to show a picture as it is meant."""

    aspect: Fraction
    """Width of a pixel through its height."""
    matrix: tuple[int, int, int, int]
    """(a, b, c, d), each -1, 0 or 1: (x, y) of the picture is shown at (ax + cy, bx + dy)."""

    @property
    def lying(self) -> bool:
        """Rows are shown as columns."""
        return self.matrix[0] == 0

    def shown(self, width: int, height: int) -> tuple[Fraction, Fraction]:
        """Width and height, in square pixels, at which a picture of these pixels is shown."""
        wide, high = Fraction(width) * self.aspect, Fraction(height)
        return (high, wide) if self.lying else (wide, high)


def shape_of(stream: Any, frame: av.VideoFrame) -> Shape:
    """The shape that a stream and its first picture tell."""
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if not Fraction(1, _FAR_ASPECT) <= aspect <= _FAR_ASPECT:
        aspect = Fraction(1)
    return Shape(aspect, _matrix(frame))


def _matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """The nearest right angle of a display matrix: 9 numbers, row by row (libavutil/display.h)."""
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None or len(bytes(data)) < 36:
        return _UPRIGHT
    a, b, _, c, d = struct.unpack_from("=5i", bytes(data))
    if abs(b) + abs(c) > abs(a) + abs(d):
        return (0, _sign(b), _sign(c), 0)
    return (_sign(a), 0, 0, _sign(d))


def _sign(value: int) -> int:
    return -1 if value < 0 else 1
