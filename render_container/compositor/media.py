"""Footage as a series of frames: the `Media` protocol, stills, image sequences, colour bars.

Movies are in `video`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import skia

from render_container.compositor.errors import FootageError
from render_container.compositor.pixels import Pixels, colour_bars, image_from, unmatte

_CACHED_FRAMES = 3


class Media(Protocol):
    """Opened footage with random access to its frames, as skia images."""

    width: int
    """Width of the frames in pixels."""
    height: int
    """Height of the frames in pixels."""
    rate: float
    """Frames per second; 0 for a still."""
    frames: int
    """Number of frames, including those of all loops; 1 for a still."""

    def image(self, frame: int) -> skia.Image:
        """Return frame number `frame`, from 0. Raises FootageError if it cannot be decoded."""


@dataclass(frozen=True)
class Interpretation:
    """A footage item's alpha settings, which After Effects shows under Interpret Footage."""

    ignore: bool = False
    """True to treat the picture as opaque."""
    premultiplied: bool = False
    """True if the file's colours are premultiplied with `matte`; False if its alpha is straight."""
    invert: bool = False
    """True to invert the alpha."""
    matte: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Colour of the premultiplication: R, G, B from 0 to 1."""

    def image(self, pixels: Pixels, *, has_alpha: bool) -> skia.Image:
        """Return decoded B, G, R, A pixels as a skia image, with these alpha settings applied.

        `has_alpha` is whether the file has alpha. If not, the alpha bytes of `pixels` are ignored.
        """
        if not has_alpha:
            return image_from(pixels, skia.kOpaque_AlphaType)
        if self.ignore:
            pixels = pixels.copy()
            pixels[..., 3] = 255  # an opaque image still keeps its alpha bytes
            return image_from(pixels, skia.kOpaque_AlphaType)
        if self.invert:
            pixels = pixels.copy()
            pixels[..., 3] = 255 - pixels[..., 3]
        if not self.premultiplied:
            return image_from(pixels, skia.kUnpremul_AlphaType)
        return image_from(unmatte(pixels, self.matte), skia.kPremul_AlphaType)


def read_still(path: Path, interpretation: Interpretation) -> skia.Image:
    """Decode a picture file. Raises FootageError, which names the file, if that fails."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            has_alpha = "A" in picture.getbands() or "transparency" in picture.info
            colours = np.asarray(picture.convert("RGBA"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FootageError(f"Could not read from source {path}: {error}") from error
    pixels = np.ascontiguousarray(colours[..., [2, 1, 0, 3]])
    return interpretation.image(pixels, has_alpha=has_alpha)


class Still:
    """Footage that is one picture file, decoded by the constructor.

    The constructor raises FootageError if the file cannot be decoded.
    """

    rate = 0.0
    frames = 1

    def __init__(self, path: Path, interpretation: Interpretation) -> None:
        self._image = read_still(path, interpretation)
        self.width, self.height = self._image.width(), self._image.height()

    def image(self, frame: int) -> skia.Image:  # noqa: ARG002 - every frame is the same
        """Return the picture, whatever `frame` is."""
        return self._image


class Sequence:
    """Footage that is an image sequence: one picture file per frame.

    The constructor decodes the first file, and raises FootageError if that fails. The other files
    are opened when they are drawn, so a missing one is an error only then.

    Args:
        paths: the files in the order of the frames.
        rate: frames per second.
        loop: how often the sequence is played, at least 1.
        interpretation: the alpha settings.
    """

    def __init__(
        self, paths: list[Path], rate: float, loop: int, interpretation: Interpretation
    ) -> None:
        self._paths = paths
        self._interpretation = interpretation
        self._cache: OrderedDict[int, skia.Image] = OrderedDict()
        self.rate = rate
        self.frames = len(paths) * loop
        first = self.image(0)
        self.width, self.height = first.width(), first.height()

    def image(self, frame: int) -> skia.Image:
        """Return frame number `frame`, from 0. Raises FootageError if it cannot be decoded."""
        number = frame % len(self._paths)
        if number not in self._cache:
            self._cache[number] = read_still(self._paths[number], self._interpretation)
            while len(self._cache) > _CACHED_FRAMES:
                self._cache.popitem(last=False)
        return self._cache[number]


class Bars:
    """Colour bars in place of missing footage, with a still's rate and number of frames.

    A width or height below 1 becomes 1.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(1, width), max(1, height)
        self.rate, self.frames = 0.0, 1
        pixels = colour_bars(self.width, self.height)
        self._image = image_from(pixels, skia.kOpaque_AlphaType)

    def image(self, frame: int) -> skia.Image:  # noqa: ARG002 - every frame is the same
        """Return the bars, whatever `frame` is."""
        return self._image
