"""Movie footage, of which single frames are decoded by their number."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import skia
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from render_container.compositor.containers import open_media
from render_container.compositor.errors import FootageError
from render_container.compositor.media import Interpretation

_MOST_READERS = 4
_FAR = 5.0  # seconds: longer jumps ahead are made by seeking, not by decoding all frames between
_CACHED_FRAMES = 3
_LOST_FRAMES = 2  # a decoder may drop up to this many frames of an undamaged file
_HD_HEIGHT = 720  # untagged movies of this height or more are BT.709, smaller ones BT.601
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


class _Reader:
    """An open decoder of a movie file's first video stream.

    It decodes forward from its current frame; `seek` moves it to another one.
    """

    def __init__(self, path: Path) -> None:
        self._container = open_media(path)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = 2
        self._origin: float | None = None
        self._decoded: int | None = 0  # frames since the start; None after a seek
        self.current: VideoFrame | None
        self._ahead: VideoFrame | None
        self._begin()
        if self.current is not None:
            self._origin = _seconds(self.current)

    @property
    def position(self) -> float:
        """Time of the current frame in seconds after the first one; -inf if there is no frame."""
        return -math.inf if self.current is None else self._time(self.current)

    def forward(self, time: float) -> VideoFrame | None:
        """Decode up to `time`, and return the last frame that starts at or before it.

        `time` is in seconds after the first frame, and must not be before `position`. Returns None
        if the decoder has no frame.
        """
        while self._ahead is not None and self._time(self._ahead) <= time:
            self._advance()
        return self.current

    def seek(self, time: float) -> None:
        """Seek to the nearest keyframe before `time`, which is in seconds after the first frame.

        If there is none, or its frame is corrupt, seek to the start of the movie.
        """
        self._restart(time)
        if self.current is None or self._time(self.current) > time or self.current.is_corrupt:
            self._restart(None)

    @property
    def ended_early(self) -> bool:
        """Whether the file has ended with more than two frames fewer than its header declares.

        Always False after a seek, because frames are no longer counted then.
        """
        if self._ahead is not None or self._decoded is None:
            return False
        return self._decoded < self._stream.frames - _LOST_FRAMES

    def _restart(self, time: float | None) -> None:
        base = self._stream.time_base or 1
        start = self._origin or 0.0
        target = 0 if time is None else int((start + time) / base)
        if time is None and self._stream.start_time is not None:
            target = self._stream.start_time
        self._container.seek(target, stream=self._stream, backward=True)
        self._decoded = None
        self._begin()

    def _begin(self) -> None:
        self._frames = self._decode()
        self.current = next(self._frames, None)
        self._ahead = next(self._frames, None)

    def _advance(self) -> None:
        self.current = self._ahead
        self._ahead = next(self._frames, None)

    def _decode(self) -> Iterator[VideoFrame]:
        for frame in self._container.decode(self._stream):
            if frame.pts is not None:
                if self._decoded is not None:
                    self._decoded += 1
                yield frame

    def _time(self, frame: VideoFrame) -> float:
        return _seconds(frame) - (self._origin or 0.0)


def _seconds(frame: VideoFrame) -> float:
    return float((frame.pts or 0) * (frame.time_base or 0))


class Video:
    """Footage that is a movie file.

    A frame is requested by its number, and found by its time. It is therefore the right one in
    files with B-frames too.

    Args:
        path: the movie file.
        interpretation: the alpha settings.
        conform: frames per second that replace the file's own rate; 0 to keep that.
        loop: how often the movie is played, at least 1.

    Raises:
        FootageError: if the file cannot be opened, or has no picture.
    """

    def __init__(
        self, path: Path, interpretation: Interpretation, conform: float = 0.0, loop: int = 1
    ) -> None:
        self._path = path
        self._interpretation = interpretation
        self._readers: list[_Reader] = []
        self._cache: OrderedDict[int, skia.Image] = OrderedDict()
        self._reformatter = VideoReformatter()
        try:
            with open_media(path) as container:
                stream = container.streams.video[0]
                self.width, self.height = stream.width, stream.height
                self._native = float(stream.average_rate or stream.guessed_rate or 25)
                self._once = _count_frames(container, stream, self._native)
                pixel_format = stream.codec_context.format
        except (av.FFmpegError, IndexError, OSError) as error:
            raise FootageError(f"Could not read from source {path}: {error}") from error
        if self.width < 1 or self.height < 1 or pixel_format is None:
            raise FootageError(f"Could not read from source {path}: no picture size in it")
        self._has_alpha = any(component.is_alpha for component in pixel_format.components)
        self.rate = conform or self._native
        self.frames = self._once * loop

    def image(self, frame: int) -> skia.Image:
        """Return frame number `frame`, from 0. Raises FootageError if it cannot be decoded."""
        number = frame % self._once
        if number not in self._cache:
            self._cache[number] = self._read(number)
            while len(self._cache) > _CACHED_FRAMES:
                self._cache.popitem(last=False)
        return self._cache[number]

    def _read(self, number: int) -> skia.Image:
        # The middle of the frame's interval is used, so that a rounded time stamp cannot select
        # the frame before or after it.
        time = (number + 0.5) / self._native
        try:
            reader = self._reader(time)
            decoded = reader.forward(time)
            if decoded is None or reader.ended_early:
                raise FootageError(
                    f"Could not read from source {self._path}: it ends before frame {number}"
                )
            return self._convert(decoded)
        except av.FFmpegError as error:
            raise FootageError(f"Could not read from source {self._path}: {error}") from error

    def _reader(self, time: float) -> _Reader:
        """Return the open decoder from which `time` (seconds) is reached soonest, or another one.

        There are up to four, because several layers may show different times of one movie. If all
        are past `time`, another one is opened. If there are four already, the oldest is moved back.
        """
        behind = [reader for reader in self._readers if reader.position <= time]
        if behind:
            best = max(behind, key=lambda reader: reader.position)
            if time - best.position > _FAR:
                best.seek(time)
            return best
        if len(self._readers) < _MOST_READERS:
            reader = _Reader(self._path)
            self._readers.append(reader)
        else:
            reader = self._readers.pop(0)
            self._readers.append(reader)
        if reader.position > time or time - reader.position > _FAR:
            reader.seek(time)
        return reader

    def _convert(self, frame: VideoFrame) -> skia.Image:
        """Convert a decoded frame to a skia image, with the alpha settings applied.

        The frame's colour space is given explicitly. Otherwise libswscale would assume BT.601.
        """
        tagged = frame.colorspace
        known = (Colorspace.ITU709, Colorspace.ITU601, Colorspace.SMPTE170M, Colorspace.BT2020)
        guess = Colorspace.ITU709 if frame.height >= _HD_HEIGHT else Colorspace.ITU601
        full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        converted = self._reformatter.reformat(
            frame,
            format="bgra",
            src_colorspace=tagged if tagged in known else guess,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=_EXACT,
            threads=1,
        )
        pixels = np.asarray(converted.to_ndarray(), dtype=np.uint8)
        return self._interpretation.image(pixels, has_alpha=self._has_alpha)


def _count_frames(
    container: av.container.InputContainer, stream: av.VideoStream, rate: float
) -> int:
    if stream.frames:
        return int(stream.frames)
    if stream.duration and stream.time_base:
        return max(1, round(float(stream.duration * stream.time_base) * rate))
    if container.duration:
        return max(1, round(container.duration / 1_000_000 * rate))
    return max(1, sum(1 for _ in container.decode(stream)))
