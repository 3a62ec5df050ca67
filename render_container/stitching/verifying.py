"""Verification of a joined file by decoding all of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from render_container.stitching.clips import Check, Clip, ClipError, guarded, opened
from render_container.stitching.joining import Written
from render_container.stitching.pictures import pictures
from render_container.stitching.sound import SAMPLE_RATE
from render_container.stitching.survey import survey

_SOUND_SLACK: Final = 2048  # samples that AAC may pad at the end


class StitchError(Exception):
    """Failure of the verification of a joined file: a fault of the stitching, not of a clip."""


@dataclass(frozen=True)
class Expected:
    """Expected contents of a joined file."""

    frames: int
    """Number of frames."""
    rate: Fraction  # frames per second
    sound: bool
    """True if the file must have a sound stream."""

    @property
    def duration(self) -> Fraction:
        """Expected duration in seconds."""
        return self.frames / self.rate

    @property
    def samples(self) -> int:
        """Expected number of sound samples at SAMPLE_RATE; 0 without sound."""
        return round(self.duration * SAMPLE_RATE) if self.sound else 0


def verify(path: Path, expected: Expected, check: Check, seen: Written) -> None:
    """Decode the whole mp4 at `path`, and raise StitchError unless it matches `expected`.

    `check` is called before every packet, to cancel the work by raising an exception. `seen` is
    called with the number of frames decoded so far.
    """
    clip = Clip(path, "mov")
    try:
        facts = survey(clip, 0, check)
        with opened(clip, 0) as source:
            found = 0
            for _ in pictures(source, check):
                found += 1
                seen(found)
            heard = source.audio is not None
        samples = _samples(clip, check) if heard else 0
    except ClipError as error:
        raise StitchError(f"The joined file {error.message}.") from error
    if found != expected.frames or facts.duration != expected.duration:
        raise StitchError(
            f"The joined file has {found} frames in {float(facts.duration):g} seconds instead of"
            f" {expected.frames} in {float(expected.duration):g}."
        )
    if heard != expected.sound or abs(samples - expected.samples) > _SOUND_SLACK:
        raise StitchError(
            f"The joined file has {samples} samples of sound instead of {expected.samples}."
        )


def _samples(clip: Clip, check: Check) -> int:
    with opened(clip, 0) as source:
        media: Any = source.media
        return sum(frame.samples for frame in guarded(media.decode(source.audio), 0, check))
