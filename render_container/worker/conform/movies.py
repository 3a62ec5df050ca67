"""Reader of a movie's sound and of its pictures, turned upright and with alpha."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np

from render_container.stitching.clips import Clip, Source, blamed_on, check_size, guarded, opened
from render_container.stitching.shape import Shape
from render_container.stitching.sound import Sound
from render_container.stitching.survey import survey
from render_container.worker.conform.errors import ConformError
from render_container.worker.conform.pictures import Shown, usual_rate
from render_container.worker.parallel import Check

LONGEST: Final = 4 * 3600  # seconds
_WITH_ALPHA: Final = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's decoders that merge WebM's separately stored alpha into the pictures, by codec."""
_UPRIGHT: Final = (1, 0, 0, 1)


class Movie:
    """Source (`Moving`) of the pictures and the sound of a movie file.

    A context manager that opens and closes the file. Raises ConformError if the movie is longer
    than LONGEST. Raises ClipError if it has no picture, is too large or cannot be decoded.

    Args:
        path: the movie file.
        reader: FFmpeg's name of the file's demuxer.
        check: called often; raises if the work must stop.
    """

    def __init__(self, path: Path, reader: str, check: Check) -> None:
        self._clip, self._check = Clip(path, reader), check
        self._facts = facts = survey(self._clip, 0, check)
        if facts.duration > LONGEST:
            raise ConformError(f"is too long: more than {LONGEST // 3600} hours")
        self.rate = usual_rate(facts.rate)
        self._opening = opened(self._clip, 0)

    def __enter__(self) -> Self:
        self._source = self._opening.__enter__()
        self._decoder = _decoder(self._source.video)
        self.alpha = _has_alpha(self._decoder) or self._decoder.name.startswith("libvpx")
        lying = self._facts.shape.lying
        self.aspect = 1 / self._facts.shape.aspect if lying else self._facts.shape.aspect
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opening.__exit__(kind, error, trace)

    def shown(self) -> Iterator[Shown]:
        """Yield the pictures, turned upright, each with the time at which its display ends."""
        facts = self._facts
        waiting: av.VideoFrame | None = None
        latest = Fraction(0)
        rate: Fraction = facts.rate
        for number, frame in enumerate(self._decoded()):
            time: Fraction = number / rate
            if facts.timed and frame.pts is not None and frame.time_base:
                time = frame.pts * Fraction(frame.time_base) - facts.start
            latest = max(latest, time)
            if waiting is not None:
                yield Shown(waiting, latest)
            waiting = _upright(frame, facts.shape)
        if waiting is not None:
            yield Shown(waiting, max(latest, facts.duration))

    def sound(self) -> AbstractContextManager[Sound] | None:
        """Return the sound of the movie's first audio stream; None if it has no audio stream."""
        if not self._facts.has_sound:
            return None
        return Sound(self._clip, 0, self._facts.start, self._check)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        source: Source = self._source
        for packet in guarded(source.media.demux(source.video), 0, self._check):
            with blamed_on(0):
                frames = self._decoder.decode(packet if packet.size else None)
            for frame in frames:
                check_size(frame.width, frame.height, 0)
                yield frame


def has_picture(path: Path, reader: str) -> bool:
    """Return whether a file has a video stream that is not a cover picture.

    `reader` is FFmpeg's name of the file's demuxer.
    """
    options = {"protocol_whitelist": "file"}
    with av.open(f"file:{path}", format=reader, options=options) as media:
        cover = av.stream.Disposition.attached_pic
        return any(not stream.disposition & cover for stream in media.streams.video)


def _decoder(stream: av.VideoStream) -> Any:
    context = stream.codec_context
    marked = {name.lower(): value for name, value in stream.metadata.items()}.get("alpha_mode")
    if marked != "1" or context.name not in _WITH_ALPHA:
        return context
    decoder = av.CodecContext.create(_WITH_ALPHA[context.name], "r")
    decoder.extradata = context.extradata
    return decoder


def _has_alpha(decoder: Any) -> bool:
    pixels = decoder.format
    return bool(pixels and any(part.is_alpha for part in pixels.components))


def _upright(frame: av.VideoFrame, shape: Shape) -> av.VideoFrame:
    if shape.matrix == _UPRIGHT:
        return frame
    right, down, across, along = shape.matrix
    pixels = np.asarray(frame.to_ndarray(format="rgba"), dtype=np.uint8)
    if shape.lying:
        pixels, right, along = pixels.swapaxes(0, 1), across, down
    turned = pixels[:: -1 if along < 0 else 1, :: -1 if right < 0 else 1]
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(turned), format="rgba")
