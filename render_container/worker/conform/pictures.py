"""Pictures over time, and the same at a steady rate."""

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
    """A picture and when it goes."""

    frame: av.VideoFrame
    until: Fraction
    """Seconds after the first picture came."""


class Moving(Protocol):
    """Something that can be written as a movie."""

    rate: Fraction
    """Frames a second to write."""
    alpha: bool
    aspect: Fraction
    """Width of a pixel through its height."""

    def shown(self) -> Iterator[Shown]:
        """The pictures in order."""

    def sound(self) -> AbstractContextManager[Sound] | None:
        """Its sound beside the pictures, if it has any."""


def steady(shown: Iterator[Shown], rate: Fraction) -> Iterator[av.VideoFrame]:
    """At each of the times n / rate the picture that is then on screen; at least one in all."""
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
    """The rate at which a movie is written: the common one that its average is near, or that."""
    for common in sorted(_COMMON, key=lambda common: abs(common - rate)):
        if abs(common - rate) <= common * _NEAR:
            return common
    return min(max(rate.limit_denominator(100), _SLOWEST), _FASTEST)
