"""The frames of a render, and their times and timecodes; durations in the log."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from render_container.compositor.arguments import Arguments
from render_container.compositor.errors import UsageError
from render_container.encoding.rates import exact_rate


@dataclass(frozen=True)
class FrameRange:
    """The frames to render. Frame 0 is the composition's first."""

    first: int
    last: int
    """The last frame, inclusive."""
    step: int
    """Difference between one rendered frame and the next; at least 1."""
    rate: Fraction
    """Frames per second of the composition."""
    offset: int
    """Number to add to a frame to get its number as displayed by the project.

    The flags -s and -e and the names of picture files have displayed numbers.
    """

    @property
    def frames(self) -> range:
        """The frames to render, in their order."""
        return range(self.first, self.last + 1, self.step)

    @property
    def span(self) -> int:
        """Number of frames from `first` to `last`, including those that `step` skips."""
        return self.last - self.first + 1

    def seconds(self, frame: int) -> float:
        """Return the time of a frame in seconds after the composition's start."""
        return float(frame / self.rate)

    def timecode(self, frame: int) -> str:
        """Return a number of frames as a timecode `h:mm:ss:ff`, without drop-frame."""
        sign, frame = ("-", -frame) if frame < 0 else ("", frame)
        base = math.ceil(self.rate)
        seconds, rest = divmod(frame, base)
        return (
            f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            f":{rest:0{max(2, len(str(base - 1)))}d}"
        )


def frame_range(project: Any, comp: Any, arguments: Arguments) -> FrameRange:
    """Return the frames to render: from -s to -e, or from and to the work area's limits.

    aerender converts -s and -e to times by `(frame - project.displayStartFrame) * frameDuration -
    comp.displayStartTime`. They are therefore frame numbers as displayed in the Timeline panel,
    and do not count from the composition's first frame.

    Args:
        project: the py-aep project.
        comp: the composition, a py-aep CompItem.
        arguments: the parsed command line.

    Raises:
        UsageError: if the last frame is before the first.
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
    """Return a duration in aerender's wording: `4 Seconds`, `1 Min, 28 Sec`, `26 Hr, 15 Min`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} Seconds"
    if whole < 3600:
        return f"{whole // 60} Min, {whole % 60} Sec"
    return f"{whole // 3600} Hr, {whole % 3600 // 60} Min"
