"""Veneer: wood textures, whole sheets and cut pieces, as PNG files.

Everything is drawn from a seed, so the same call gives the same file.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from examples.templates.drawing import Point
from examples.templates.palette import Colour

Plane = NDArray[np.float64]

_SUPERSAMPLING = 4


def sheet(
    path: Path,
    size: tuple[int, int],
    wood: Colour,
    seed: int,
    *,
    depth: float = 0.42,
    figure: float = 0.5,
) -> None:
    """Write an opaque sheet of `size` pixels, its grain along the longer side.

    `depth` is how strongly the grain darkens the wood, 0 (flat) to 1; `figure` is how far it
    wanders from a straight line, 0 to 1.
    """
    _image(_grain(size, seed, figure), wood, depth).save(path)


def piece(
    path: Path, outline: Sequence[Point], wood: Colour, seed: int, scorch: float = 0.45
) -> Point:
    """Write a piece cut to `outline`, transparent around it; return the position of its origin.

    Points below the x axis are darkened by `scorch`, as craftsmen darken pieces in hot sand to
    make them look round. The result is the outline's (0, 0) in the picture's pixels, which is the
    layer's anchor point.
    """
    left = min(x for x, _ in outline) - 2
    top = min(y for _, y in outline) - 2
    width = int(np.ceil(max(x for x, _ in outline) + 2 - left))
    height = int(np.ceil(max(y for _, y in outline) + 2 - top))
    picture = _image(
        _grain((width, height), seed, 1.0), wood, 0.42, _scorched(height, -top, scorch)
    )
    picture.putalpha(_mask((width, height), [(x - left, y - top) for x, y in outline]))
    picture.save(path)
    return (-left, -top)


def _noise(rng: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]) -> Plane:
    """Return smooth noise around 0, of `size` pixels, from `cells` values across and down."""
    coarse = rng.standard_normal((max(2, cells[1]), max(2, cells[0]))).astype(np.float32)
    image = Image.fromarray(coarse, mode="F").resize(size, Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float64)


def _grain(size: tuple[int, int], seed: int, figure: float) -> Plane:
    """Return the wood's darkness, 0 to 1, per pixel; the grain runs along the longer side."""
    width, height = size
    if height > width:
        return _grain((height, width), seed, figure).T
    rng = np.random.default_rng(seed)
    bend = _noise(rng, size, (4, 3)) * 0.9 + _noise(rng, size, (9, 7)) * 0.18
    across = np.linspace(0, height / 46, height)[:, None]
    spacing = _noise(rng, (height, 1), (height // 30, 1)).T * 0.6  # annual rings differ in width
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (across + spacing + bend * figure))
    strength = np.clip(0.6 + 0.5 * _noise(rng, size, (3, height // 40)), 0.1, 1.2)
    fibres = _noise(rng, size, (width // 90, height // 2))
    pores = _noise(rng, size, (width // 14, height)) > 1.9
    dark = 0.42 * strength * rings**3 + 0.17 * fibres + 0.3 * pores
    return np.clip(dark + 0.1 * _noise(rng, size, (5, 4)) + 0.2, 0.0, 1.0)


def _scorched(height: int, axis: float, scorch: float) -> Plane:
    """Return a factor per row: 1 above the axis, darker below, darkest just below the axis."""
    rows = np.arange(height, dtype=np.float64)[:, None] - axis
    return np.where(rows <= 0, 1.0, 1.0 - scorch * np.exp(-rows / (0.6 * max(height - axis, 1))))


def _image(grain: Plane, wood: Colour, depth: float, light: Plane | float = 1.0) -> Image.Image:
    """Return a picture of `wood`, with a deeper, warmer tone where the grain is dark."""
    base = np.array(wood)
    deep = 0.35 * base**1.7
    stain = (depth * grain)[:, :, None]
    shadow = np.broadcast_to(light, grain.shape)[:, :, None]
    pixels = (base * (1.0 - stain) + deep * stain) * shadow
    return Image.fromarray((pixels * 255).round().clip(0, 255).astype(np.uint8), "RGB")


def _mask(size: tuple[int, int], outline: Sequence[Point]) -> Image.Image:
    large = Image.new("L", (size[0] * _SUPERSAMPLING, size[1] * _SUPERSAMPLING))
    points = [(x * _SUPERSAMPLING, y * _SUPERSAMPLING) for x, y in outline]
    ImageDraw.Draw(large).polygon(points, fill=255)
    return large.resize(size, Image.Resampling.LANCZOS)
