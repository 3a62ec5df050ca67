"""Stitching of clips end to end into one mp4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from render_container.stitching.canvas import Size, result_size
from render_container.stitching.clips import Check, Clip
from render_container.stitching.joining import Form, Written, conform, copy, result_frames
from render_container.stitching.survey import Facts, reason_to_conform, survey, usable_rate
from render_container.stitching.verifying import Expected, StitchError, verify
from render_container.stitching.writing import Writer

# Share of the progress reached after the survey, and after copying or encoding. The rest is that of
# the verification.
_SURVEYED, _COPIED, _ENCODED = 0.1, 0.5, 0.85


@dataclass(frozen=True)
class Stitched:
    """Facts about a verified result file. Every frame of the file has been decoded once."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: Fraction  # frames per second
    duration: float  # seconds
    copied: bool
    """True if the clips' pictures were copied, False if they were encoded again."""
    warnings: list[str]
    """Sentences about losses of the clips, and the reason if the pictures were encoded again."""


def stitch(
    clips: Sequence[Clip], output: Path, *, check: Check, progress: Callable[[float], None]
) -> Stitched:
    """Join clips end to end into one mp4, in their order.

    Pictures are copied if all clips have the same decoder settings. Otherwise, or if the copied
    result fails verification, all are encoded as 8-bit H.264 at the first clip's size and frame
    rate. Pictures of other sizes are fitted with black bars. At other rates, frames are repeated or
    left out by time.

    A clip lasts as long as its pictures. Its sound is cut or padded with silence to that length.
    The result has no sound if no clip has any.

    Args:
        clips: at least one. The caller must have determined their containers by the files' first
            bytes.
        output: path of the result, which appears only when it is complete. After an error, no
            partial file is left.
        check: called before every packet, to cancel the work by raising an exception.
        progress: called with the share of the work done, from 0 to 1, never less than before.

    Raises:
        ClipError: a clip cannot be used.
        StitchError: the result fails verification, which is a fault of the stitching.
        OSError: the result cannot be written.
        ValueError: `clips` is empty.
    """
    if not clips:
        raise ValueError("clips must not be empty")
    part = output.with_name(f"{output.name}.part")
    try:
        stitched = _Stitching(part, check, progress).run(clips)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return stitched


class _Stitching:
    def __init__(self, path: Path, check: Check, progress: Callable[[float], None]) -> None:
        self._path = path
        self._check = check
        self._progress = progress
        self._reached = 0.0

    def run(self, clips: Sequence[Clip]) -> Stitched:
        facts = []
        for index, clip in enumerate(clips):
            facts.append(survey(clip, index, self._check))
            self._report(_SURVEYED * (index + 1) / len(clips))
        reason = reason_to_conform(facts)
        if reason is None:
            try:
                return self._copied(facts)
            except StitchError as error:
                reason = f"the copied result failed verification: {error}"
        return self._conformed(facts, reason)

    def _copied(self, clips: Sequence[Facts]) -> Stitched:
        first = clips[0]
        frames = sum(facts.pictures for facts in clips)

        def join(writer: Writer) -> list[str]:
            return copy(clips, writer, self._check, self._between(_SURVEYED, _COPIED, frames))

        warnings = self._write(clips, first.rate, frames, _COPIED, join)
        return _stitched(frames, first.size, first.rate, warnings, copied=True)

    def _conformed(self, clips: Sequence[Facts], reason: str) -> Stitched:
        first = clips[0]
        size, rate = result_size(first.shape, *first.size, first.index), usable_rate(first.rate)
        frames = sum(result_frames(facts, rate) for facts in clips)

        def join(writer: Writer) -> list[str]:
            written = self._between(_SURVEYED, _ENCODED, frames)
            return conform(clips, writer, Form(size, rate), self._check, written)

        warnings = self._write(clips, rate, frames, _ENCODED, join)
        note = f"The clips were encoded again: {reason.rstrip('.')}."
        return _stitched(frames, size, rate, [note, *warnings], copied=False)

    def _write(
        self,
        clips: Sequence[Facts],
        rate: Fraction,
        frames: int,
        share: float,
        join: Callable[[Writer], list[str]],
    ) -> list[str]:
        sound = any(facts.has_sound for facts in clips)
        writer = Writer(self._path, rate, sound=sound)
        try:
            warnings = join(writer)
        except BaseException:
            writer.abort()
            raise
        writer.finish()
        expected = Expected(frames, rate, sound)
        verify(self._path, expected, self._check, self._between(share, 1.0, frames))
        self._report(1.0)
        return warnings

    def _between(self, low: float, high: float, frames: int) -> Written:
        return lambda number: self._report(low + (high - low) * min(1.0, number / frames))

    def _report(self, share: float) -> None:
        self._reached = max(self._reached, share)
        self._progress(self._reached)


def _stitched(
    frames: int, size: Size, rate: Fraction, warnings: list[str], *, copied: bool
) -> Stitched:
    return Stitched(frames, *size, rate, float(frames / rate), copied, warnings)
