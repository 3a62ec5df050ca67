"""The display shape of a clip's pictures: pixel aspect ratio and rotation."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

_UPRIGHT = (1, 0, 0, 1)
_FAR_ASPECT = 8  # a pixel aspect ratio beyond this is a mistake and is ignored


@dataclass(frozen=True)
class Shape:
    """A picture's pixel aspect ratio and its right-angle rotation or reflection."""

    aspect: Fraction
    """Width of a pixel divided by its height."""
    matrix: tuple[int, int, int, int]
    """(a, b, c, d), each -1, 0 or 1: (x, y) of the picture is shown at (ax + cy, bx + dy)."""

    @property
    def lying(self) -> bool:
        """Return whether rows are shown as columns."""
        return self.matrix[0] == 0

    def shown(self, width: int, height: int) -> tuple[Fraction, Fraction]:
        """Return the display width and height, in square pixels, of a picture of this size."""
        wide, high = Fraction(width) * self.aspect, Fraction(height)
        return (high, wide) if self.lying else (wide, high)


def shape_of(stream: Any, frame: av.VideoFrame) -> Shape:
    """Return the shape from a stream's aspect ratio and its first picture's display matrix."""
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if not Fraction(1, _FAR_ASPECT) <= aspect <= _FAR_ASPECT:
        aspect = Fraction(1)
    return Shape(aspect, _matrix(frame))


def _matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """Return the nearest right-angle matrix to a frame's display matrix.

    A display matrix has 9 numbers, row by row (libavutil/display.h).
    """
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None or len(bytes(data)) < 36:
        return _UPRIGHT
    a, b, _, c, d = struct.unpack_from("=5i", bytes(data))
    if abs(b) + abs(c) > abs(a) + abs(d):
        return (0, _sign(b), _sign(c), 0)
    return (_sign(a), 0, 0, _sign(d))


def _sign(value: int) -> int:
    return -1 if value < 0 else 1
