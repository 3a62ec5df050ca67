"""Exact frame rates for movie files."""

from fractions import Fraction


def exact_rate(frames_per_second: float) -> Fraction:
    """Return a rounded frame rate as an exact fraction.

    23.976, 29.97 and 59.94 become n*1000/1001. Other rates get a denominator of at most 1000.
    """
    ntsc = round(frames_per_second * 1.001)
    if abs(frames_per_second * 1.001 - ntsc) < 1e-3 and abs(frames_per_second - ntsc) > 1e-3:
        return Fraction(ntsc * 1000, 1001)
    return Fraction(frames_per_second).limit_denominator(1000)
