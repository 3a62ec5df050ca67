"""Conversion of a layer's effects to skia image filters, in layer pixels."""

from __future__ import annotations

import math

import skia

from render_container.compositor.model import Effect


def effect_filter(effect: Effect) -> skia.ImageFilter:
    """Return the skia image filter for an effect, as read by `effects.read_effects`."""
    values = effect.values
    if effect.kind == "fill":
        return _fill(values)
    if effect.kind == "tint":
        return _tint(values)
    if effect.kind == "blur":
        mode = skia.TileMode.kClamp if values[2] else skia.TileMode.kDecal
        return skia.ImageFilters.Blur(values[0], values[1], mode)
    return _shadow(values)


def _fill(values: tuple[float, ...]) -> skia.ImageFilter:
    """Return a filter that mixes a colour into a layer, and keeps the layer's alpha.

    `values` are the colour's R, G and B, and its share in the result, all from 0 to 1.
    """
    red, green, blue, amount = values
    keep = 1 - amount
    matrix = [
        keep, 0, 0, 0, red * amount,
        0, keep, 0, 0, green * amount,
        0, 0, keep, 0, blue * amount,
        0, 0, 0, 1, 0,
    ]  # fmt: skip
    return skia.ImageFilters.ColorFilter(skia.ColorFilters.Matrix(matrix))


def _tint(values: tuple[float, ...]) -> skia.ImageFilter:
    """Return a filter that maps black and white to two colours, and values between by luma.

    `values` are R, G, B for black, R, G, B for white, and the result's share in the picture. All
    are from 0 to 1.
    """
    black, white, amount = values[:3], values[3:6], values[6]
    luma = (0.2126, 0.7152, 0.0722)
    matrix = []
    for channel in range(3):
        span = (white[channel] - black[channel]) * amount
        row = [weight * span for weight in luma]
        row[channel] += 1 - amount
        matrix += [*row, 0, black[channel] * amount]
    matrix += [0, 0, 0, 1, 0]
    return skia.ImageFilters.ColorFilter(skia.ColorFilters.Matrix(matrix))


def _shadow(values: tuple[float, ...]) -> skia.ImageFilter:
    """Return a drop-shadow filter.

    `values` are R, G, B and opacity from 0 to 1; the direction in degrees (0 is up, clockwise);
    the distance in pixels; the blur's sigma in pixels. The last is 1 to draw only the shadow, or 0.
    """
    red, green, blue, opacity, degrees, distance, sigma, only = values
    angle = math.radians(degrees)
    dx, dy = math.sin(angle) * distance, -math.cos(angle) * distance
    colour = int(skia.Color4f(red, green, blue, opacity).toColor())
    make = skia.ImageFilters.DropShadowOnly if only else skia.ImageFilters.DropShadow
    return make(dx, dy, sigma, sigma, colour)
