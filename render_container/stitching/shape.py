"""The shape in which a clip's pictures are displayed: pixel aspect ratio and rotation."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

_UPRIGHT = (1, 0, 0, 1)
_FAR_ASPECT = 8  # a pixel aspect ratio above 8 or below 1/8 is taken for a mistake and ignored


@dataclass(frozen=True)
class Shape:
    """The pixel aspect ratio of a picture, and its rotation by right angles or reflection."""

    aspect: Fraction
    """Pixel aspect ratio: width of a pixel divided by its height."""
    matrix: tuple[int, int, int, int]
    """Rotation or reflection (a, b, c, d), each -1, 0 or 1.

    The point (x, y) of the stored picture is displayed at (ax + cy, bx + dy).
    """

    @property
    def lying(self) -> bool:
        """Whether the rows of the stored picture are displayed as columns."""
        return self.matrix[0] == 0

    def shown(self, width: int, height: int) -> tuple[Fraction, Fraction]:
        """Return the width and height, in square pixels, at which a picture is displayed.

        `width` and `height` are the stored picture's, in pixels.
        """
        wide, high = Fraction(width) * self.aspect, Fraction(height)
        return (high, wide) if self.lying else (wide, high)


def shape_of(stream: Any, frame: av.VideoFrame) -> Shape:
    """Return the shape of a clip's pictures.

    It is made of the aspect ratio of the video stream and the display matrix of `frame`, its first
    picture.
    """
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if not Fraction(1, _FAR_ASPECT) <= aspect <= _FAR_ASPECT:
        aspect = Fraction(1)
    return Shape(aspect, _matrix(frame))


def _matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """Return the matrix (see Shape) that is nearest to a frame's display matrix.

    A display matrix has 9 numbers, row by row (libavutil/display.h). A frame without one is
    displayed upright.
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
