"""Cadence: a clip's start, duration and frame rate, from its packets' time stamps.

Nothing is decoded, and the use of memory does not depend on the clip's length.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

# Number of pictures that are held back, to sort them by display time. Decoders hold back fewer:
# H.264 and H.265 allow 16.
_REORDERED: Final = 32
_MILLISECOND: Final = Fraction(1, 1000)  # Matroska rounds its times to milliseconds
_COMMON: Final = tuple(
    Fraction(*rate)
    for rate in (
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48000, 1001), (48, 1), (50, 1),
        (60000, 1001), (60, 1), (120000, 1001), (120, 1),
    )
)  # fmt: skip
_NEAR: Final = Fraction(1, 5000)  # relative; common rates differ by at least 1/1001


def settled(rate: Fraction) -> Fraction:
    """Return the common frame rate, such as 30000/1001, that is within 1/5000 of `rate`.

    If there is none, returns `rate` rounded to a denominator of at most 1001.
    """
    for common in _COMMON:
        if abs(rate - common) <= common * _NEAR:
            return common
    return rate.limit_denominator(1001)


class Cadence:
    """Start, duration and steady frame rate of a clip's pictures, added in decoding order.

    The results are valid after `finish`.

    Args:
        base: seconds per unit of the times and durations that are added.
        rates: candidate frame rates; the first that fits all pictures is used.
    """

    def __init__(self, base: Fraction, rates: Sequence[Fraction]) -> None:
        self._base = base
        self._rates = list(dict.fromkeys(rates))
        self._waiting: list[tuple[int, int, int]] = []
        self._delays = dict.fromkeys(self._rates, 0)
        self._shown = 0
        self._last: tuple[int, int] | None = None
        self.pictures = 0
        self._first = 0

    def add(self, pts: int, duration: int) -> None:
        """Add the next picture in decoding order.

        `pts` is its display time, and `duration` its time on screen, both in units of `base`. A
        `duration` of 0 means that it is unknown.
        """
        heapq.heappush(self._waiting, (pts, self.pictures, duration))
        self.pictures += 1
        if len(self._waiting) > _REORDERED:
            self._show()

    def finish(self) -> None:
        """Process the pictures that are still held back. Call it once, after the last `add`."""
        while self._waiting:
            self._show()
        if self._last is not None:
            # If the last picture is shown longer than the others, no rate is steady.
            held = self._last[1] * self._base
            self._rates = [rate for rate in self._rates if held * rate <= Fraction(3, 2)]

    @property
    def start(self) -> Fraction:
        """Display time of the first picture, in seconds of the clip's own time."""
        return self._first * self._base

    @property
    def rate(self) -> Fraction | None:
        """Frames per second if every picture is shown for the same time, else None."""
        return self._rates[0] if self._rates else None

    @property
    def delay(self) -> int:
        """Number of pictures by which decoding runs ahead of display; 0 without a steady rate."""
        return self._delays[self._rates[0]] if self._rates else 0

    def duration(self, nominal: Fraction) -> Fraction:
        """Return the seconds from the beginning of the first picture to the end of the last.

        If the last picture's duration is unknown, it is assumed to be one frame at the rate
        `nominal`, in frames per second.
        """
        if self.rate is not None:
            return self.pictures / self.rate
        if self._last is None:
            return Fraction(0)
        pts, held = self._last
        return (pts - self._first) * self._base + (held * self._base or 1 / nominal)

    def _show(self) -> None:
        pts, decoded, held = heapq.heappop(self._waiting)
        if self._last is None:
            self._first = pts
        if self._last is None or pts >= self._last[0]:
            self._last = pts, held
        time = (pts - self._first) * self._base
        self._rates = [rate for rate in self._rates if self._fits(time, rate)]
        for rate in self._rates:
            self._delays[rate] = max(self._delays[rate], decoded - self._shown)
        self._shown += 1

    def _fits(self, time: Fraction, rate: Fraction) -> bool:
        slack = min(max(self._base, _MILLISECOND), 1 / (3 * rate))
        return abs(time - self._shown / rate) <= slack
