"""Pictures over time, and their conversion to a steady frame rate."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

import av

from render_container.stitching.sound import Sound

_COMMON: Final = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1),
                 (60000, 1001), (60, 1))
)  # fmt: skip
_NEAR: Final = Fraction(2, 100)
_SLOWEST, _FASTEST = Fraction(1), Fraction(120)


@dataclass(frozen=True)
class Shown:
    """A picture and the time at which its display ends."""

    frame: av.VideoFrame
    until: Fraction
    """End of the display, in seconds since the start of the first picture."""


class Moving(Protocol):
    """Interface of a source of pictures and sound that can be written as a movie."""

    rate: Fraction
    """Steady frame rate of the movie to write, in frames per second."""
    alpha: bool
    """Whether the pictures have an alpha channel."""
    aspect: Fraction
    """Pixel aspect ratio: width of a pixel divided by its height."""

    def shown(self) -> Iterator[Shown]:
        """Yield the pictures in order."""

    def sound(self) -> AbstractContextManager[Sound] | None:
        """Return the sound that accompanies the pictures; None if there is none."""


def steady(shown: Iterator[Shown], rate: Fraction) -> Iterator[av.VideoFrame]:
    """Yield one of the pictures `shown` for each frame at a steady rate, in frames per second.

    Frame n is the picture on screen in the middle of the frame, at (n + 1/2) / rate seconds. Yields
    at least one frame if there is a picture.
    """
    count = 0
    last: av.VideoFrame | None = None
    for picture in shown:
        last = picture.frame
        while (count + Fraction(1, 2)) / rate < picture.until:
            yield last
            count += 1
    if last is not None and not count:
        yield last


def usual_rate(rate: Fraction) -> Fraction:
    """Return the steady frame rate at which to write a movie with the average frame rate `rate`.

    This is the nearest common rate within 2 %, else the average rate, limited to 1 to 120 frames
    per second.
    """
    for common in sorted(_COMMON, key=lambda common: abs(common - rate)):
        if abs(common - rate) <= common * _NEAR:
            return common
    return min(max(rate.limit_denominator(100), _SLOWEST), _FASTEST)
