"""The two ways to join clips: copied packets, or pictures re-encoded at one size and rate.

Both encode the sound anew. AAC has frames of 1024 samples, with priming before the first and
padding after the last. Copied end to end, every clip would add up to 43 ms: two and a half
seconds over sixty clips. Instead, sound is decoded, cut to its clip's pictures to the sample, and
encoded in one go. It cannot drift and has no click at a boundary. Clips whose sound differs can
still have their pictures copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av

from render_container.stitching.canvas import Canvas, Size
from render_container.stitching.clips import Check, Source, guarded, opened
from render_container.stitching.pictures import pictures
from render_container.stitching.sound import Sound
from render_container.stitching.survey import Facts
from render_container.stitching.writing import Writer

# A frame shows the picture on screen a tenth into its interval: rounded time stamps then cannot
# select a neighbour, at any pair of rates in use.
_MOMENT: Final = Fraction(1, 10)

Written = Callable[[int], None]
"""Progress callback, called with the number of frames written so far."""


def result_frames(facts: Facts, rate: Fraction) -> int:
    """Return the number of the result's frames that a clip takes, at least 1."""
    return max(1, round(facts.duration * rate))


@dataclass(frozen=True)
class Form:
    """Size and rate to which all clips are conformed."""

    size: Size
    rate: Fraction  # frames per second


def copy(clips: Sequence[Facts], writer: Writer, check: Check, written: Written) -> list[str]:
    """Write the packets of matching clips on one timeline, and return warnings of losses.

    Raises ClipError if a clip cannot be read.
    """
    warnings = []
    rate = clips[0].rate
    # Time stamps are made anew, so that one clip's never affect the next. Decoding runs ahead of
    # display by the largest reorder delay of all clips.
    delay = max(facts.delay for facts in clips)
    for facts in clips:
        base = writer.frames
        with (
            opened(facts.clip, facts.index) as source,
            Sound(facts.clip, facts.index, facts.start, check) as sound,
        ):
            if not base:
                writer.copy_like(source.video)
            for packet, shown in _packets(source, facts, rate, check):
                writer.packet(packet, base + shown, writer.frames - delay)
                writer.sound(sound.take(writer.samples_due))
                written(writer.frames)
        warnings += _warnings(facts, sound, set())
    return warnings


def _packets(
    source: Source, facts: Facts, rate: Fraction, check: Check
) -> Iterator[tuple[Any, int]]:
    base = source.video.time_base or Fraction(1, av.time_base)
    for packet in guarded(source.media.demux(source.video), source.index, check):
        if packet.pts is not None:
            yield packet, round((packet.pts * base - facts.start) * rate)


def conform(
    clips: Sequence[Facts],
    writer: Writer,
    form: Form,
    check: Check,
    written: Written,
) -> list[str]:
    """Write every clip's pictures at one size and rate, and return warnings of losses.

    Raises ClipError if a clip cannot be decoded.
    """
    canvas = Canvas(form.size)
    writer.encode_as(*form.size)
    warnings = []
    for facts in clips:
        with (
            opened(facts.clip, facts.index) as source,
            Sound(facts.clip, facts.index, facts.start, check) as sound,
        ):
            drawn, shown = None, None
            for frame in _held(source, facts, form.rate, check):
                if drawn is None or frame is not shown:
                    drawn, shown = canvas.draw(frame, facts.shape, facts.index), frame
                writer.frame(drawn)
                writer.sound(sound.take(writer.samples_due))
                written(writer.frames)
        warnings += _warnings(facts, sound, canvas.notes.pop(facts.index))
    return warnings


def _warnings(facts: Facts, sound: Sound, notes: set[str]) -> list[str]:
    if sound.damaged:
        notes.add("has damaged sound, which is silent in the result")
    return [f"Clip {facts.index + 1} {note}." for note in sorted(notes)]


def _held(source: Source, facts: Facts, rate: Fraction, check: Check) -> Iterator[av.VideoFrame]:
    """Yield the clip's frames at `rate`: at each moment, the picture then on screen."""
    timed = _timed(pictures(source, check), facts)
    current, _ = next(timed)
    ahead = next(timed, None)
    for number in range(result_frames(facts, rate)):
        moment = (number + _MOMENT) / rate
        while ahead is not None and ahead[1] <= moment:
            current, ahead = ahead[0], next(timed, None)
        check()
        yield current


def _timed(
    frames: Iterator[av.VideoFrame], facts: Facts
) -> Iterator[tuple[av.VideoFrame, Fraction]]:
    """Yield each picture with its display time in seconds after the clip's start."""
    previous = Fraction(-1)
    for number, frame in enumerate(frames):
        time = number / facts.rate
        if facts.timed and frame.pts is not None and frame.time_base:
            time = frame.pts * Fraction(frame.time_base) - facts.start
        previous = max(previous, time)
        yield frame, previous
