"""The frames of an output, decoded one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgba = NDArray[np.uint8]

DARK = 24  # of 255; black stays below it after compression
FAINT = 8  # of 255; alpha below it cannot be seen


class DamagedOutputError(Exception):
    """The output cannot be decoded; the message is the decoder's reason."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame."""

    width: int  # pixels
    height: int  # pixels
    opaque: bool
    """The format has no alpha."""
    pixels: Callable[[], Rgba]
    """Height x width x RGBA; made when asked for."""

    def shows_something(self) -> bool:
        """Whether it is more than black (or, where there is alpha, than nothing at all)."""
        rgba = self.pixels()
        seen = rgba[..., :3] > DARK if self.opaque else rgba[..., 3] > FAINT
        return bool(seen.any())


def movie_frames(path: Path) -> Iterator[Frame]:
    """Every frame of a movie's first video stream. Raises DamagedOutputError."""
    try:
        with av.open(str(path)) as media:
            stream = _video(media)
            stream.thread_type = "AUTO"
            for frame in media.decode(stream):
                opaque = not any(part.is_alpha for part in frame.format.components)
                yield Frame(frame.width, frame.height, opaque, _rgba_of(frame))
    except av.FFmpegError as error:
        raise DamagedOutputError(error.strerror or str(error)) from error


def movie_rate(path: Path) -> float:
    """Frames per second of a movie. Raises DamagedOutputError."""
    try:
        with av.open(str(path)) as media:
            rate = _video(media).average_rate
    except av.FFmpegError as error:
        raise DamagedOutputError(error.strerror or str(error)) from error
    if not rate:
        raise DamagedOutputError("it has no frame rate")
    return float(rate)


def picture_frames(paths: Sequence[Path]) -> Iterator[Frame]:
    """Each picture as a frame. Raises DamagedOutputError."""
    for path in paths:
        try:
            with Image.open(path, formats=["PNG", "JPEG"]) as image:
                image.load()
                opaque = "A" not in image.getbands()
                yield Frame(image.width, image.height, opaque, _rgba_of_picture(image))
        except (OSError, ValueError, SyntaxError) as error:
            raise DamagedOutputError(f"{path.name}: {error}") from error


def _video(media: av.container.InputContainer) -> av.VideoStream:
    if not media.streams.video:
        raise DamagedOutputError("it has no picture")
    return media.streams.video[0]


def _rgba_of(frame: av.VideoFrame) -> Callable[[], Rgba]:
    return lambda: np.asarray(frame.to_ndarray(format="rgba"), dtype=np.uint8)


def _rgba_of_picture(image: Image.Image) -> Callable[[], Rgba]:
    return lambda: np.asarray(image.convert("RGBA"), dtype=np.uint8)
