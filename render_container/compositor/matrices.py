"""2-D matrices of layers and shape groups, as After Effects composes them.

A layer maps its pixels to its parent's by
`translate(position) . rotate . scale . translate(-anchor)`.
"""

import math

from render_container.compositor.model import Matrix


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """Return `left . right`, which applies `right` first."""
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
    """Return a matrix that scales about the origin; a factor of 1 keeps the size."""
    return (x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0)


def rotation(degrees: float) -> Matrix:
    """Return a matrix that rotates clockwise on screen (y points down)."""
    if degrees == 0.0:
        return (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0)


def skewing(degrees: float, axis: float) -> Matrix:
    """Return the shear of a shape group's Skew and Skew Axis, both in degrees."""
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
    """Return the matrix of one transform group; `scale` is in factors (1 = 100 %)."""
    matrix = multiply(scaling(*scale), translation(-anchor[0], -anchor[1]))
    if skew is not None:
        matrix = multiply(skew, matrix)
    return multiply(translation(*position), multiply(rotation(degrees), matrix))


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return the point that (x, y) is mapped to, with the division by perspective."""
    a, b, c, d, e, f, g, h, i = matrix
    w = g * x + h * y + i
    return (a * x + b * y + c) / w, (d * x + e * y + f) / w
