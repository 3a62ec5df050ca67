"""Reading of a clip's sound, aligned with the clip's pictures to the sample."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np
from numpy.typing import NDArray

from render_container.stitching.clips import (
    Check,
    Clip,
    ClipError,
    Source,
    blamed_on,
    guarded,
    opened,
)

SAMPLE_RATE: Final = 48_000  # samples per second
Samples = NDArray[np.float32]
"""Stereo sound: 2 rows (left, right), one column per sample; 1.0 is full scale."""
_SLACK: Final = SAMPLE_RATE // 50  # samples by which a time stamp may be off before it means a gap
_PIECE: Final = SAMPLE_RATE  # samples of silence made at a time


class Sound:
    """A clip's sound from its first picture on, read in chunks of any length.

    There is silence where the clip has no sound. Use it as a context manager, which opens the clip.

    Args:
        index: index of the clip from 0, for error messages.
        start: seconds in the clip's own time at which its pictures begin.
        check: called before every packet, to cancel the work by raising an exception.
    """

    def __init__(self, clip: Clip, index: int, start: Fraction, check: Check) -> None:
        self._opening = opened(clip, index)
        self._start, self._check = start, check
        self._rest: Samples = _silence(0)
        self.damaged = False
        """True if a part of the sound could not be decoded and is silent."""

    def __enter__(self) -> Self:
        source = self._opening.__enter__()
        self._pieces = self._timeline(source) if source.audio is not None else iter(())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opening.__exit__(kind, error, trace)

    def take(self, count: int) -> Samples:
        """Return the next `count` samples, at SAMPLE_RATE.

        Raises ClipError if the sound is damaged and no part of it can be decoded.
        """
        pieces = [self._rest]
        held = self._rest.shape[1]
        while held < count:
            piece = next(self._pieces, None)
            if piece is None:
                piece = _silence(count - held)
            pieces.append(piece)
            held += piece.shape[1]
        joined = np.concatenate(pieces, axis=1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def _timeline(self, source: Source) -> Iterator[Samples]:
        """Yield the sound from the first picture on, with gaps filled and overlaps cut."""
        position = 0
        for at, piece in self._placed(source):
            gap = at - position if abs(at - position) > _SLACK or not position else 0
            kept = piece[:, max(0, -gap) :]
            while gap > 0:
                silence = min(gap, _PIECE)
                yield _silence(silence)
                position += silence
                gap -= silence
            if kept.shape[1]:
                yield kept
                position += kept.shape[1]

    def _placed(self, source: Source) -> Iterator[tuple[int, Samples]]:
        """Yield chunks of the sound at 48 kHz, each with the position of its first sample.

        Positions count samples from the first picture, and follow from the time stamps.
        """
        run: _Run | None = None
        for frame in self._decoded(source):
            if run is None or not run.continues(frame):
                if run is not None:
                    yield from self._resampled(run, None, source.index)
                run = _Run(frame, _time(frame) if run is None else _time(frame, run.end))
            yield from self._resampled(run, frame, source.index)
        if run is not None:
            yield from self._resampled(run, None, source.index)

    def _resampled(self, run: _Run, frame: Any, index: int) -> list[tuple[int, Samples]]:
        with blamed_on(index):
            pieces = run.resample(frame)
        first = round((run.begin - self._start) * SAMPLE_RATE)
        return [(first + at, piece) for at, piece in pieces]

    def _decoded(self, source: Source) -> Iterator[Any]:
        whole = False
        for packet in guarded(source.media.demux(source.audio), source.index, self._check):
            try:
                with blamed_on(source.index):
                    frames: Any = packet.decode()
            except ClipError:
                self.damaged = True
                continue
            for frame in frames:
                whole = whole or frame.samples > 0
                yield frame
        if self.damaged and not whole:
            raise ClipError(source.index, "cannot be decoded: its sound is damaged")


class _Run:
    """A run of sound without a time jump or format change, resampled to 48 kHz stereo."""

    def __init__(self, frame: Any, begin: Fraction) -> None:
        self.begin = begin
        """Start of the run in seconds, in the clip's own time."""
        self._format = _format(frame)
        self._given = 0
        self._made = 0
        # Mono stays mono here, because the resampler would lower its level by 3 dB in stereo.
        layout = "mono" if frame.layout.name == "mono" else "stereo"
        self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)

    @property
    def end(self) -> Fraction:
        """End of the run in seconds, in the clip's own time."""
        return self.begin + Fraction(self._given, self._format[2])

    def continues(self, frame: Any) -> bool:
        """Return whether a frame of sound continues the run: same format and no time jump."""
        off = _time(frame, self.end) - self.end
        return _format(frame) == self._format and abs(off) * SAMPLE_RATE <= _SLACK

    def resample(self, frame: Any) -> list[tuple[int, Samples]]:
        """Add a frame of sound, and return the resampled chunks that are complete.

        Each chunk has its position in the run, in samples. A `frame` of None returns the rest at
        the end of the run.
        """
        self._given += frame.samples if frame is not None else 0
        pieces = []
        for made in self._resampler.resample(frame):
            if made is not None:
                pieces.append((self._made, _stereo(made)))
                self._made += made.samples
        return pieces


def _format(frame: Any) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _time(frame: Any, otherwise: Fraction = Fraction(0)) -> Fraction:
    if frame.pts is None or not frame.time_base:
        return otherwise
    return Fraction(frame.pts) * Fraction(frame.time_base)


def _stereo(frame: Any) -> Samples:
    samples = np.asarray(frame.to_ndarray(), dtype=np.float32)
    return np.repeat(samples, 2, axis=0) if samples.shape[0] == 1 else samples


def _silence(count: int) -> Samples:
    return np.zeros((2, count), dtype=np.float32)
