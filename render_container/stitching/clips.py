"""Safe opening of untrusted clips: FFmpeg can open no other file and no network connection."""

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

# FFmpeg's names of containers that hold their own media. Formats that refer to other files (concat,
# hls, dash, image sequences) are never opened, even if the caller names one.
DEMUXERS: Final = frozenset(
    {"aac", "aiff", "asf", "avi", "flac", "flv", "matroska", "mov", "mp3", "mpeg", "mpegts", "mxf",
     "ogg", "wav"}
)  # fmt: skip

Check = Callable[[], None]
"""Check called before every packet. It cancels the work by raising an exception."""
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Clip:
    """A movie file that is to become part of the result."""

    path: Path
    demuxer: str
    """FFmpeg's name of the file's container, one of DEMUXERS.

    The caller determines it by the file's first bytes.
    """


class ClipError(Exception):
    """Failure to use a clip: for example, it is damaged, too large or without a picture."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(f"clip {index + 1} {message}")
        self.index = index
        """Index of the clip, counted from 0."""
        self.message = message
        """Reason, which continues text such as `clip 3 `: for example `cannot be decoded: …`."""


@dataclass(frozen=True)
class Source:
    """An opened clip and its streams."""

    index: int
    media: InputContainer
    video: av.VideoStream
    audio: av.AudioStream | None
    """The clip's first audio stream; None if it has none that FFmpeg can decode."""


@contextmanager
def opened(clip: Clip, index: int) -> Iterator[Source]:
    """Open a clip, and close it on exit. `index` is its index from 0, for error messages.

    Raises ClipError if the clip has no picture, has too large pictures or cannot be read.
    """
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
    """Raise ClipError if a picture of this size in pixels is empty or exceeds the limits.

    The limits are SIDE_LIMIT for each side and PIXEL_LIMIT for the picture. `index` is the clip's,
    from 0.
    """
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
    """Convert an error of a demuxer or decoder to ClipError for the clip at `index`, from 0."""
    try:
        yield
    except av.FFmpegError as error:
        raise ClipError(index, f"cannot be decoded: {_reason(error.strerror)}") from error
    except (OSError, ValueError, EOFError, OverflowError, ZeroDivisionError) as error:
        raise ClipError(index, f"cannot be decoded: {_reason(str(error))}") from error


def guarded(items: Iterable[_Item], index: int, check: Check) -> Iterator[_Item]:
    """Yield the `items` that a demuxer or decoder produces, and call `check` before each.

    An error while an item is produced is converted to ClipError for the clip at `index`, from 0. An
    error while the caller uses an item is not converted.
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
