"""Timecodes as After Effects prints them: `0:00:27:16`, with `;` when they are drop-frame."""

import re

TIMECODE = r"-?\d{1,4}[:;.]\d{2}[:;.]\d{2}[:;.]\d{2,3}"
"""Regular expression of a timecode."""


def count_frames(timecode: str, frames_per_second: float) -> int:
    """Return the number of frames in a duration, given as timecode; negative if that is negative.

    Drop-frame timecode skips the first two numbers (four at 59.94 fps) of every minute but each
    tenth, so that it keeps up with the clock. Raises ValueError if `timecode` is no timecode.
    """
    if not re.fullmatch(TIMECODE, timecode):
        raise ValueError(f"not a timecode: {timecode}")
    hours, minutes, seconds, frames = (
        int(part) for part in re.split("[:;.]", timecode.removeprefix("-"))
    )
    base = round(frames_per_second)
    all_minutes = hours * 60 + minutes
    number = (all_minutes * 60 + seconds) * base + frames
    if ";" in timecode:
        number -= round(base / 15) * (all_minutes - all_minutes // 10)
    return -number if timecode.startswith("-") else number
