"""Decoding of a job's output, one frame at a time, for its verification."""

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
    """Failure to decode an output file. The message gives the reason."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame of an output."""

    width: int  # pixels
    height: int  # pixels
    opaque: bool
    """True if the frame's pixel format has no alpha channel."""
    pixels: Callable[[], Rgba]
    """Function that converts the frame to an RGBA array of shape (height, width, 4)."""
    time: float | None = None
    """Display time, in seconds from the movie's beginning.

    None for a picture file, and if the movie holds no time for the frame.
    """


@dataclass(frozen=True)
class Streams:
    """Properties of a movie's streams."""

    fps: float
    pictures: int
    """Number of video streams."""
    sound: float | None
    """Duration of the longest audio stream, in seconds; None if there is none or it is unknown."""


def shows_something(rgba: Rgba, *, opaque: bool) -> bool:
    """Return whether a picture has visible content.

    An opaque picture has it if any pixel is brighter than DARK. A picture with alpha has it if the
    alpha of any pixel is above FAINT.
    """
    seen = rgba[..., :3] > DARK if opaque else rgba[..., 3] > FAINT
    return bool(seen.any())


def look_alike(one: Rgba, other: Rgba) -> bool:
    """Return whether two pictures of the same size are equal, apart from effects of compression.

    They are if every value differs by less than SAME.
    """
    difference = np.maximum(one, other) - np.minimum(one, other)
    return bool(difference.max(initial=0) < SAME)


def movie_frames(path: Path) -> Iterator[Frame]:
    """Yield every frame of a movie's first video stream.

    Raises DamagedOutputError if there is no video stream or a frame cannot be decoded.
    """
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
    """Return the properties of a movie's streams, according to its headers.

    Raises DamagedOutputError if the headers cannot be read, or if they state no video stream or no
    frame rate.
    """
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
    """Yield each PNG or JPEG file as a frame.

    Raises DamagedOutputError, which names the file, if one cannot be decoded.
    """
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
