"""Decoded frames of an output, one at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgba = NDArray[np.uint8]

DARK = 24  # of 255; compressed black stays below it
FAINT = 8  # of 255; alpha below it is invisible
SAME = 24  # of 255; two encodings of one picture differ by less


class DamagedOutputError(Exception):
    """The output cannot be decoded; the message is the decoder's reason."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame."""

    width: int  # pixels
    height: int  # pixels
    opaque: bool
    """True if the pixel format has no alpha channel."""
    pixels: Callable[[], Rgba]
    """Conversion to a height x width x 4 RGBA array, done only when called."""
    time: float | None = None
    """Seconds from the movie's beginning; None if the file holds no time for it."""


@dataclass(frozen=True)
class Streams:
    """Properties of a movie's streams."""

    fps: float
    pictures: int
    """Number of video streams."""
    sound: float | None
    """Seconds of the longest audio stream; None if there is none or its length is unknown."""


def shows_something(rgba: Rgba, *, opaque: bool) -> bool:
    """Return whether a picture shows anything.

    An opaque picture must be more than black; one with alpha must have a visible pixel.
    """
    seen = rgba[..., :3] > DARK if opaque else rgba[..., 3] > FAINT
    return bool(seen.any())


def look_alike(one: Rgba, other: Rgba) -> bool:
    """Return whether two pictures of the same size differ by no more than compression causes."""
    difference = np.maximum(one, other) - np.minimum(one, other)
    return bool(difference.max(initial=0) < SAME)


def movie_frames(path: Path) -> Iterator[Frame]:
    """Yield every frame of a movie's first video stream. Raises DamagedOutputError."""
    try:
        with av.open(str(path)) as media:
            stream = _video(media)
            stream.thread_type = "AUTO"
            for frame in media.decode(stream):
                opaque = not any(part.is_alpha for part in frame.format.components)
                yield Frame(frame.width, frame.height, opaque, _rgba_of(frame), frame.time)
    except av.FFmpegError as error:
        raise DamagedOutputError(error.strerror or str(error)) from error


def movie_streams(path: Path) -> Streams:
    """Return the stream properties in a movie's headers. Raises DamagedOutputError."""
    try:
        with av.open(str(path)) as media:
            rate = _video(media).average_rate
            pictures = len(media.streams.video)
            lengths = [_seconds(stream) for stream in media.streams.audio]
    except av.FFmpegError as error:
        raise DamagedOutputError(error.strerror or str(error)) from error
    if not rate:
        raise DamagedOutputError("it has no frame rate")
    return Streams(float(rate), pictures, max(filter(None, lengths), default=None))


def picture_frames(paths: Sequence[Path]) -> Iterator[Frame]:
    """Yield each PNG or JPEG file as a frame. Raises DamagedOutputError."""
    for path in paths:
        try:
            with Image.open(path, formats=["PNG", "JPEG"]) as image:
                image.load()
                opaque = "A" not in image.getbands()
                yield Frame(image.width, image.height, opaque, _rgba_of_picture(image))
        except (OSError, ValueError, SyntaxError) as error:
            raise DamagedOutputError(f"{path.name}: {error}") from error


def _seconds(stream: av.AudioStream) -> float | None:
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _video(media: av.container.InputContainer) -> av.VideoStream:
    if not media.streams.video:
        raise DamagedOutputError("it has no picture")
    return media.streams.video[0]


def _rgba_of(frame: av.VideoFrame) -> Callable[[], Rgba]:
    return lambda: np.asarray(frame.to_ndarray(format="rgba"), dtype=np.uint8)


def _rgba_of_picture(image: Image.Image) -> Callable[[], Rgba]:
    return lambda: np.asarray(image.convert("RGBA"), dtype=np.uint8)
