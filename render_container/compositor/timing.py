"""Frames, seconds and timecodes of a composition."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from render_container.compositor.arguments import Arguments
from render_container.compositor.errors import UsageError
from render_container.encoding.rates import exact_rate


@dataclass(frozen=True)
class FrameRange:
    """The frames to render, 0 being the composition's first; `last` is inclusive."""

    first: int
    last: int
    step: int
    rate: Fraction
    offset: int
    """Number to add to a frame to get the displayed number, which -s and -e use."""

    @property
    def frames(self) -> range:
        """Frame indexes in the order they are rendered."""
        return range(self.first, self.last + 1, self.step)

    @property
    def span(self) -> int:
        """Number of the composition's frames covered, including those that `step` skips."""
        return self.last - self.first + 1

    def seconds(self, frame: int) -> float:
        """Return the composition time of a frame."""
        return float(frame / self.rate)

    def timecode(self, frame: int) -> str:
        """Return a displayed frame number as `h:mm:ss:ff`, without drop-frame."""
        sign, frame = ("-", -frame) if frame < 0 else ("", frame)
        base = math.ceil(self.rate)
        seconds, rest = divmod(frame, base)
        return (
            f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            f":{rest:0{max(2, len(str(base - 1)))}d}"
        )


def frame_range(project: Any, comp: Any, arguments: Arguments) -> FrameRange:
    """Return the frames to render: -s to -e, each defaulting to the work area's bound.

    aerender converts -s and -e by `(frame - project.displayStartFrame) * frameDuration -
    comp.displayStartTime`. They are therefore the numbers that the timeline shows, not indexes.

    Raises:
        UsageError: the range holds no frame.
    """
    offset = int(project.display_start_frame) + int(comp.display_start_frame)
    work_first = int(comp.work_area_start_frame)
    work_last = work_first + max(1, int(comp.work_area_duration_frame)) - 1
    first = work_first if arguments.start is None else arguments.start - offset
    last = work_last if arguments.end is None else arguments.end - offset
    if last < first:
        raise UsageError(
            f"no frame to render: the range ends at frame {last + offset}, "
            f"before its first frame {first + offset}."
        )
    rate = exact_rate(float(comp.frame_rate))
    return FrameRange(first, last, arguments.increment, rate, offset)


def elapsed(seconds: float) -> str:
    """Return a duration as aerender words it: `4 Seconds`, `1 Min, 28 Sec`, `26 Hr, 15 Min`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} Seconds"
    if whole < 3600:
        return f"{whole // 60} Min, {whole % 60} Sec"
    return f"{whole // 3600} Hr, {whole % 3600 // 60} Min"
