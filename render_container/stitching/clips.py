"""Safe opening of an untrusted clip, which cannot lead to other files or the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import av
from av.container import InputContainer
from av.stream import Disposition

SIDE_LIMIT: Final = 8192  # pixels
# H.264's largest level, 6.2, holds 139 264 macroblocks of 16 x 16 pixels (ITU-T H.264, table A-1).
PIXEL_LIMIT: Final = 139_264 * 256

# Containers that hold their own media. Formats that point to other files (concat, hls, dash,
# image sequences) are never opened, even if the caller names one.
DEMUXERS: Final = frozenset(
    {"aac", "aiff", "asf", "avi", "flac", "flv", "matroska", "mov", "mp3", "mpeg", "mpegts", "mxf",
     "ogg", "wav"}
)  # fmt: skip

Check = Callable[[], None]
"""Cancellation check, called before every packet; an exception that it raises ends the work."""
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Clip:
    """A file to put into the result."""

    path: Path
    demuxer: str
    """FFmpeg's name of the container, found by the file's first bytes; one of DEMUXERS."""


class ClipError(Exception):
    """A clip that cannot be used."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(f"clip {index + 1} {message}")
        self.index = index
        """Index of the clip, counted from 0."""
        self.message = message
        """Text that continues `clip 3 `, such as `cannot be decoded: …`."""


@dataclass(frozen=True)
class Source:
    """An opened clip."""

    index: int
    media: InputContainer
    video: av.VideoStream
    audio: av.AudioStream | None
    """The first audio stream, or None."""


@contextmanager
def opened(clip: Clip, index: int) -> Iterator[Source]:
    """Open a clip. Raises ClipError if it has no picture, is too large or unreadable."""
    if clip.demuxer not in DEMUXERS:
        raise ClipError(index, f"is not a movie: {clip.demuxer} files cannot be joined")
    options = {"protocol_whitelist": "file", "max_pixels": str(PIXEL_LIMIT)}
    with blamed_on(index):
        media = av.open(
            f"file:{clip.path}", format=clip.demuxer, options=options, metadata_errors="ignore"
        )
    with media:
        with blamed_on(index):
            source = _source(media, index)
        yield source


def _source(media: InputContainer, index: int) -> Source:
    video = [
        stream
        for stream in media.streams.video
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None
    ]
    if not video:
        raise ClipError(index, "has no picture")
    context = video[0].codec_context
    check_size(context.width, context.height, index)
    context.options = {"max_pixels": str(PIXEL_LIMIT)}
    video[0].thread_type = "AUTO"
    sounds = [stream for stream in media.streams.audio if stream.codec_context is not None]
    return Source(index, media, video[0], sounds[0] if sounds else None)


def check_size(width: int, height: int, index: int) -> None:
    """Raise ClipError unless a picture of this size is within the limits and not empty."""
    if min(width, height) < 1:
        raise ClipError(index, "cannot be decoded: its picture has no size")
    if max(width, height) > SIDE_LIMIT or width * height > PIXEL_LIMIT:
        raise ClipError(
            index,
            f"is too large: {width} x {height} pixels; the limits are {SIDE_LIMIT} pixels a side"
            f" and {PIXEL_LIMIT:,} in all",
        )


@contextmanager
def blamed_on(index: int) -> Iterator[None]:
    """Convert an error of a demuxer or decoder into ClipError for the clip `index`."""
    try:
        yield
    except av.FFmpegError as error:
        raise ClipError(index, f"cannot be decoded: {_reason(error.strerror)}") from error
    except (OSError, ValueError, EOFError, OverflowError, ZeroDivisionError) as error:
        raise ClipError(index, f"cannot be decoded: {_reason(str(error))}") from error


def guarded(items: Iterable[_Item], index: int, check: Check) -> Iterator[_Item]:
    """Yield the items, and call `check` before each.

    An error while an item is produced becomes ClipError. An error while the caller uses it does
    not.
    """
    iterator = iter(items)
    while True:
        check()
        with blamed_on(index):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item


def _reason(text: str | None) -> str:
    return (text or "").strip().rstrip(".") or "it is damaged"
