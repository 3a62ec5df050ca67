"""The rosette: eight diamonds around a centre, eight triangles between them, an octagon together.

All outlines lie along the positive x axis; turning one by multiples of 45 degrees about the centre
fills the figure without a gap. Lengths are in the unit of `radius`, centre to diamond tip.
"""

from math import cos, pi, sin

from examples.templates.drawing import Point

EIGHTH = pi / 4
DEGREES = 45.0


def _polar(length: float, angle: float) -> Point:
    return (length * cos(angle), length * sin(angle))


def side(radius: float) -> float:
    """Return the length of a diamond's edge."""
    return radius / (2 * cos(EIGHTH / 2))


def diamond(radius: float) -> list[Point]:
    """Return the whole diamond: centre, upper corner, tip, lower corner."""
    edge = side(radius)
    return [(0.0, 0.0), _polar(edge, -EIGHTH / 2), (radius, 0.0), _polar(edge, EIGHTH / 2)]


def facets(radius: float) -> tuple[list[Point], list[Point]]:
    """Return the halves of the diamond, split along its length: the lit one and the shaded one."""
    centre, upper, tip, lower = diamond(radius)
    return [centre, upper, tip], [centre, tip, lower]


def triangle(radius: float) -> list[Point]:
    """Return the piece between the diamond on the axis and the next clockwise: notch, tip, tip."""
    return [_polar(side(radius), EIGHTH / 2), (radius, 0.0), _polar(radius, EIGHTH)]
