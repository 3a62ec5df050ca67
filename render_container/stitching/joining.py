"""The two ways to join clips: copied packets, or pictures re-encoded at one size and rate.

Both encode the sound again. AAC has frames of 1024 samples, with priming before the first and
padding after the last. If these frames were copied, every clip would add up to 43 ms: two and a
half seconds over sixty clips.

Instead, the sound is decoded, cut to the length of its clip's pictures to the sample, and encoded
as one stream. It therefore cannot drift, and has no click at a boundary. Pictures can be copied
even if the clips' sound differs.
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

# A frame of the result shows the picture that is on screen in the clip after a tenth of its time.
# Rounded time stamps then cannot select a neighbouring picture, at any pair of rates in use.
_MOMENT: Final = Fraction(1, 10)

Written = Callable[[int], None]
"""Progress callback, called with the number of frames processed so far."""


def result_frames(facts: Facts, rate: Fraction) -> int:
    """Return the number of frames that a clip takes in a result of `rate` frames per second.

    It is at least 1.
    """
    return max(1, round(facts.duration * rate))


@dataclass(frozen=True)
class Form:
    """Size and frame rate to which all clips are converted."""

    size: Size  # width and height in pixels, both even
    rate: Fraction  # frames per second


def copy(clips: Sequence[Facts], writer: Writer, check: Check, written: Written) -> list[str]:
    """Copy the packets of all clips to one timeline, and return warnings about losses.

    The sound is encoded again. `reason_to_conform` must have returned None for the clips. `written`
    is called after every frame. Raises ClipError if a clip cannot be read.
    """
    warnings = []
    rate = clips[0].rate
    # All time stamps are replaced, so that those of one clip never affect the next. Decoding runs
    # ahead of display by the largest reorder delay of all clips.
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
    """Encode every clip's pictures at the size and rate in `form`; return warnings about losses.

    The sound is encoded too. `written` is called after every frame. Raises ClipError if a clip
    cannot be decoded.
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
    """Yield, for each frame of the result, the clip's picture that is on screen at its time.

    `rate` is that of the result, in frames per second.
    """
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
    """Yield each picture with its display time, in seconds after the clip's first picture."""
    previous = Fraction(-1)
    for number, frame in enumerate(frames):
        time = number / facts.rate
        if facts.timed and frame.pts is not None and frame.time_base:
            time = frame.pts * Fraction(frame.time_base) - facts.start
        previous = max(previous, time)
        yield frame, previous
