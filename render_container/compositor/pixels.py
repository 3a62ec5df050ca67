"""Pictures as pixel arrays, and their conversion to skia images."""

from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture: an array of height x width x (B, G, R, A), with values from 0 to 255."""

_BARS = (
    (180, 180, 180), (180, 180, 16), (16, 180, 180), (16, 180, 16),
    (180, 16, 180), (180, 16, 16), (16, 16, 180),
)  # fmt: skip


def image_from(pixels: Pixels, alpha: Any) -> skia.Image:
    """Return a skia image that is a copy of B, G, R, A pixels.

    `alpha` is the skia.AlphaType of `pixels`. If it is straight, the image is premultiplied, so
    that skia need not convert it each time it is drawn. Raises RuntimeError if skia cannot.
    """
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, alpha)
    contiguous = np.ascontiguousarray(pixels)
    image = skia.Image.MakeRasterCopy(skia.Pixmap(info, contiguous, contiguous.strides[0]))
    if alpha != skia.kUnpremul_AlphaType:
        return image
    premultiplied = np.empty_like(contiguous)
    target = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    if not image.readPixels(target, premultiplied, premultiplied.strides[0], 0, 0):
        raise RuntimeError("skia could not convert a picture to premultiplied alpha")
    return image_from(premultiplied, skia.kPremul_AlphaType)


def unmatte(pixels: Pixels, colour: tuple[float, float, float]) -> Pixels:
    """Convert B, G, R, A pixels from premultiplied with `colour` to premultiplied with black.

    `colour` is R, G, B from 0 to 1. Premultiplied with a colour `m`, a pixel of colour `c` and
    alpha `a` is `c * a + m * (1 - a)`.
    """
    alpha = pixels[..., 3:4].astype(np.float32) / 255.0
    matte = np.array(colour[::-1], dtype=np.float32) * 255.0
    colours = pixels[..., :3].astype(np.float32) - matte * (1.0 - alpha)
    result = pixels.copy()
    result[..., :3] = np.clip(np.rint(colours), 0, pixels[..., 3:4])
    return result


def colour_bars(width: int, height: int) -> Pixels:
    """Return After Effects' picture for missing footage: seven vertical colour bars."""
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    for number, colour in enumerate(_BARS):
        left, right = width * number // 7, width * (number + 1) // 7
        pixels[:, left:right, :3] = colour[::-1]
    return pixels
