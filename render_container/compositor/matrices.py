"""2-D matrices of layers and shape groups, composed as in After Effects.

A layer's matrix from its pixels to its parent's is
`translate(position) . rotate . scale . translate(-anchor)`.
"""

import math

from render_container.compositor.model import Matrix


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """Return the matrix product `left . right`, which applies `right` to a point first."""
    a, b, c, d, e, f, g, h, i = left
    j, k, m, n, o, p, q, r, s = right
    return (
        a * j + b * n + c * q,
        a * k + b * o + c * r,
        a * m + b * p + c * s,
        d * j + e * n + f * q,
        d * k + e * o + f * r,
        d * m + e * p + f * s,
        g * j + h * n + i * q,
        g * k + h * o + i * r,
        g * m + h * p + i * s,
    )


def translation(x: float, y: float) -> Matrix:
    """Return a matrix that moves by (x, y) pixels."""
    return (1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0)


def scaling(x: float, y: float) -> Matrix:
    """Return a matrix that scales by the factors `x` and `y` (1 is 100 %) about the origin."""
    return (x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0)


def rotation(degrees: float) -> Matrix:
    """Return a matrix that rotates about the origin, clockwise on screen (y points down)."""
    if degrees == 0.0:
        return (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0)


def skewing(degrees: float, axis: float) -> Matrix:
    """Return the matrix for a shape group's Skew and Skew Axis, both in degrees."""
    if degrees == 0.0:
        return (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    shear = (1.0, -math.tan(math.radians(degrees)), 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    return multiply(rotation(-axis), multiply(shear, rotation(axis)))


def compose(
    position: tuple[float, float],
    anchor: tuple[float, float],
    scale: tuple[float, float],
    degrees: float,
    skew: Matrix | None = None,
) -> Matrix:
    """Return the matrix for the values of one transform group.

    `position` and `anchor` are in pixels, `scale` is in factors (1 is 100 %), and `degrees` is the
    rotation. `skew` is applied between scale and rotation; None means no skew.
    """
    matrix = multiply(scaling(*scale), translation(-anchor[0], -anchor[1]))
    if skew is not None:
        matrix = multiply(skew, matrix)
    return multiply(translation(*position), multiply(rotation(degrees), matrix))


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return the point to which the matrix maps (x, y), after the perspective division."""
    a, b, c, d, e, f, g, h, i = matrix
    w = g * x + h * y + i
    return (a * x + b * y + c) / w, (d * x + e * y + f) / w
