"""Survey of a clip: its timing, shape and codec, which decide how it can be joined with others.

The facts come from all of the clip's packets, which are not decoded, and from its first picture,
which is.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av

from render_container.stitching.cadence import Cadence, settled
from render_container.stitching.clips import Check, Clip, ClipError, Source, guarded, opened
from render_container.stitching.nal import Inspector, NoParametersError
from render_container.stitching.pictures import pictures
from render_container.stitching.shape import Shape, shape_of

DURATION_LIMIT: Final = 24 * 3600  # seconds; a hostile time stamp may claim years
_RATES: Final = (Fraction(1), Fraction(240))  # frames per second that a result may have
_DEFAULT_RATE: Final = Fraction(25)
_TELL_DURATION: Final = frozenset({"matroska"})  # containers whose header holds the total duration
# Containers without usable display times. AVI stores decoding times only. With B-frames, FFmpeg
# derives wrong display times from them.
_UNTIMED: Final = frozenset({"avi"})
_LOST: Final = Fraction(1, 4)  # seconds by which an intact file may end before its stated duration


@dataclass(frozen=True)
class Facts:
    """Facts about a clip that can be joined with others."""

    clip: Clip
    index: int
    """Index of the clip, counted from 0."""
    start: Fraction
    """Display time of the first picture, in seconds of the clip's own time."""
    duration: Fraction
    """Duration of the pictures, in seconds."""
    rate: Fraction
    """Frames per second; the average if the rate varies."""
    timed: bool
    """True if the pictures have display times; otherwise they follow each other at `rate`."""
    pictures: int
    """Number of pictures."""
    delay: int
    """Reorder delay: number of pictures by which decoding runs ahead of display."""
    size: tuple[int, int]
    """Stored width and height of the pictures, in pixels."""
    shape: Shape
    has_sound: bool
    likeness: dict[str, object]
    """Properties that must be equal in all clips, so that packets can be copied: name → value."""
    uncopyable: str | None
    """Reason why the clip's packets cannot be copied, or None if they can.

    It continues text such as `clip 3 `.
    """
    ends_closed: bool
    """True if the last packet is known to hold an IDR picture."""


def survey(clip: Clip, index: int, check: Check) -> Facts:
    """Read all packets of a clip, and return its facts. `index` is the clip's, from 0.

    Raises ClipError if the clip is damaged, incomplete, too large or too long, or has no picture.
    """
    with opened(clip, index) as source:
        first = next(pictures(source, check))
        shape = shape_of(source.video, first)
    with opened(clip, index) as source:
        return _Survey(source, clip, check).facts(shape)


class _Survey:
    def __init__(self, source: Source, clip: Clip, check: Check) -> None:
        self._source = source
        self._clip = clip
        self._stream: Any = source.video
        self._base: Fraction = source.video.time_base or Fraction(1, av.time_base)
        self._cadence = Cadence(self._base, self._rates())
        self._inspector: Inspector | None = None
        self._trimmed = False
        self._timed = clip.demuxer not in _UNTIMED
        self._end = Fraction(0)
        context = source.video.codec_context
        with suppress(NoParametersError):
            self._inspector = Inspector(context.name, context.extradata or b"")
        self._read(check)

    def _rates(self) -> list[Fraction]:
        measured = (self._stream.average_rate, self._stream.guessed_rate, self._stream.base_rate)
        rates = [settled(Fraction(rate)) for rate in measured if rate]
        return [rate for rate in rates if rate > 0]

    def _read(self, check: Check) -> None:
        read = 0
        for packet in guarded(self._source.media.demux(), self._source.index, check):
            if packet.size == 0 and packet.pts is None:
                continue  # the end of a stream
            self._note_end(packet)
            if packet.stream_index != self._stream.index:
                continue
            read += 1
            if packet.is_corrupt:
                raise ClipError(self._source.index, "cannot be decoded: it is cut off")
            self._picture(packet)
        self._cadence.finish()
        self._check_whole(read)

    def _picture(self, packet: Any) -> None:
        if packet.is_discard:
            self._trimmed = True
            return
        time = packet.pts
        if time is None:
            self._timed = False
            time = self._cadence.pictures
        self._cadence.add(time, packet.duration or 0)
        if self._inspector is not None:
            self._inspector.read(bytes(packet))

    def _note_end(self, packet: Any) -> None:
        if packet.pts is not None and packet.time_base:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base
            self._end = max(self._end, end)

    def _check_whole(self, read: int) -> None:
        """Raise ClipError if the clip holds no picture, or less than its header states.

        `read` is the number of video packets that were read. A truncated file ends without a read
        error, so only the header reveals the loss.
        """
        index, media = self._source.index, self._source.media
        if not self._cadence.pictures:
            raise ClipError(index, "cannot be decoded: it holds no whole picture")
        lost = False
        if self._clip.demuxer == "mov":
            lost = read < len(self._stream.index_entries)
        elif self._clip.demuxer in _TELL_DURATION and self._stream.duration is None:
            # If the stream has a duration, FFmpeg has estimated it, and that of the file, from the
            # file's size and bit rate.
            said = Fraction(media.duration or 0, av.time_base)
            lost = self._end < said - max(_LOST, said / 50)
        if lost:
            raise ClipError(index, "cannot be decoded: it is cut off")

    def facts(self, shape: Shape) -> Facts:
        cadence, context = self._cadence, self._stream.codec_context
        rate = cadence.rate if self._timed else None
        nominal = rate or next(iter(self._rates()), _DEFAULT_RATE)
        duration = cadence.duration(nominal) if self._timed else cadence.pictures / nominal
        if duration > DURATION_LIMIT:
            hours = DURATION_LIMIT // 3600
            raise ClipError(self._source.index, f"is too long: more than {hours} hours")
        colours = (
            int(context.color_range), int(context.colorspace),
            int(context.color_primaries), int(context.color_trc),
        )  # fmt: skip
        return Facts(
            clip=self._clip,
            index=self._source.index,
            start=cadence.start if self._timed else Fraction(0),
            duration=duration,
            rate=nominal,
            timed=self._timed,
            pictures=cadence.pictures,
            delay=cadence.delay,
            size=(context.width, context.height),
            shape=shape,
            has_sound=self._source.audio is not None,
            likeness={
                "codec": context.name,
                "size": f"{context.width} x {context.height} pixels",
                "frame rate": f"{float(nominal):g} fps" if rate else "variable",
                "pixel format": context.pix_fmt,
                "pixel aspect ratio": shape.aspect,
                "rotation": shape.matrix,
                "colours": colours,
                "field order": int(context.field_order),
                "encoder settings": context.extradata,
            },
            uncopyable=self._uncopyable(rate),
            ends_closed=self._inspector is not None and self._inspector.ends_closed,
        )

    def _uncopyable(self, rate: Fraction | None) -> str | None:
        inspector = self._inspector
        if inspector is None:
            return f"is {self._stream.codec_context.name} in a {self._clip.demuxer} file"
        found = {
            "is trimmed by an edit list": self._trimmed,
            "has a variable frame rate": rate is None,
            "has an unusual frame rate": rate is not None and usable_rate(rate) != rate,
            "has packets with an unknown structure": inspector.damaged,
            "changes its encoder settings midway": inspector.changes,
            "does not begin with a keyframe": not inspector.begins_closed,
        }
        return next((reason for reason, holds in found.items() if holds), None)


def usable_rate(rate: Fraction) -> Fraction:
    """Return the frame rate of a result whose first clip has the frame rate `rate`.

    A rate below 1 (a slide show or a wrong header) becomes 25. A rate above 240 becomes 240. Others
    are returned unchanged.
    """
    lowest, highest = _RATES
    if rate < lowest:
        return _DEFAULT_RATE
    return min(rate, highest)


def reason_to_conform(facts: Iterable[Facts]) -> str | None:
    """Return the reason why the clips' packets cannot be concatenated; None if they can.

    If there is a reason, the pictures have to be encoded again.
    """
    clips = list(facts)
    first = clips[0]
    for clip in clips:
        if clip.uncopyable is not None:
            return f"clip {clip.index + 1} {clip.uncopyable}"
        for name, value in clip.likeness.items():
            if value != first.likeness[name]:
                detail = f" ({value}, {first.likeness[name]})" if isinstance(value, str) else ""
                return f"clip {clip.index + 1} differs from clip 1 in {name}{detail}"
    # Two IDR pictures in a row must differ in idr_pic_id (ITU-T H.264, 7.4.3). Encoders begin every
    # clip with the same one, so a decoder may take both for one picture.
    for clip in clips[:-1]:
        if clip.ends_closed and clip.likeness["codec"] == "h264":
            return f"clip {clip.index + 1} ends with an IDR picture"
    return None
