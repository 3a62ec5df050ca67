"""Stage 4: verification of the output files, independent of the engine's report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from intarsia.domain.jobs import Output
from render_container.worker.decoded import (
    DamagedOutputError,
    Frame,
    Rgba,
    look_alike,
    movie_frames,
    movie_streams,
    picture_frames,
    shows_something,
)
from render_container.worker.errors import AttemptError
from render_container.worker.work import AnyWork, Expected

SAMPLES = 8  # frames whose pixels are inspected
RATE_TOLERANCE = 0.01  # frames per second
SOUND_TOLERANCE = 0.5  # seconds by which sound and pictures may differ in length
CLOCK_STEP = 2.0  # seconds; some file systems round modification times by this much


@dataclass(frozen=True)
class Measured:
    """Properties measured in the output files."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float

    def output(self, key: str, file: Path) -> Output:
        """Return the job's record of an output with these properties.

        `file` is the delivered file, and `key` its key in the bucket.
        """
        return Output(
            key=key,
            bytes=file.stat().st_size,
            frames=self.frames,
            width=self.width,
            height=self.height,
            fps=round(self.fps, 4),
            duration=round(self.frames / self.fps, 4),
        )


def verify(
    work: AnyWork, expected: Expected, files: list[Path], *, since: float | None = None
) -> Measured:
    """Decode every frame of the output and return the output's measured properties.

    `files` are the movie, or the pictures in frame order. `since` is the engine's start in seconds
    since 1970: an older file is not its output. None: the files' times are not checked.

    Raises AttemptError if the output is incomplete or wrong, because engines that exit with 0 have
    left truncated, empty, damaged and foreign files. Frames that are all black or all equal, and
    unexpected sizes and sound lengths, are legal: they only add warnings.
    """
    if not files:
        raise AttemptError("transient", "The engine reported success but wrote no file.")
    if since is not None and any(file.stat().st_mtime < since - CLOCK_STEP for file in files):
        raise AttemptError("transient", "The output is older than the render: nothing was written.")
    try:
        sound = None
        if expected.pictures:
            fps, frames = expected.fps, picture_frames(files)
        else:
            streams = movie_streams(files[0])
            if streams.pictures > 1:
                raise AttemptError(
                    "configuration",
                    f"The output has {streams.pictures} video streams instead of one.",
                )
            fps, sound, frames = streams.fps, streams.sound, movie_frames(files[0])
        measured, seconds = _measure(work, expected, frames, fps)
    except DamagedOutputError as error:
        raise AttemptError("transient", f"The output cannot be decoded: {error}.") from error
    work.log.line(
        f"output: {measured.frames} frames of {measured.width} x {measured.height}, {fps:g} fps"
    )
    _check(expected, measured, seconds)
    if expected.pictures:
        _check_numbers(files)
    length = measured.frames / fps
    if sound is not None and abs(sound - length) > SOUND_TOLERANCE:
        work.warnings.append(
            f"The sound lasts {sound:.2f} seconds, the pictures last {length:.2f} seconds."
        )
    return measured


def _check(expected: Expected, measured: Measured, seconds: float | None) -> None:
    """Raise AttemptError unless count, rate and timing of the frames are as expected.

    `seconds` is the time from the first frame to the last; None if it is unknown, and then not
    checked.
    """
    if measured.frames != expected.frames:
        raise AttemptError(
            "transient",
            f"The output has {measured.frames} frames instead of {expected.frames}.",
        )
    if abs(measured.fps - expected.fps) > RATE_TOLERANCE:
        raise AttemptError(
            "configuration",
            f"The output runs at {measured.fps:g} frames a second, not at {expected.fps:g}.",
        )
    right = (expected.frames - 1) / expected.fps
    if seconds is not None and abs(seconds - right) > 1 / expected.fps:
        raise AttemptError(
            "transient",
            f"The output's last frame is shown after {seconds:.2f} seconds, not {right:.2f}.",
        )


def _check_numbers(files: list[Path]) -> None:
    """Raise AttemptError unless the numbers in the pictures' names are consecutive."""
    numbers = [int(match[1]) for file in files if (match := re.search(r"(\d+)$", file.stem))]
    for before, number in pairwise(numbers):
        if number != before + 1:
            raise AttemptError(
                "transient", f"The output has a gap: picture {number} follows picture {before}."
            )


def _measure(
    work: AnyWork, expected: Expected, frames: Iterator[Frame], fps: float
) -> tuple[Measured, float | None]:
    """Return the frames' properties, and the seconds from the first frame to the last.

    The seconds are None if unknown. `fps` is the frame rate to return. Raises DamagedOutputError if
    a frame cannot be decoded or differs in size.
    """
    sampled = sample_numbers(expected.frames)
    looks = _Looks()
    width = height = count = 0
    first = last = None
    for frame in frames:
        if count and (frame.width, frame.height) != (width, height):
            raise DamagedOutputError("its frames differ in size")
        width, height = frame.width, frame.height
        first, last = frame.time if first is None else first, frame.time
        if count in sampled:
            looks.take(frame)
        count += 1
        work.heartbeat.check()
        work.heartbeat.progress(count / expected.frames)
    if count:
        work.warnings.extend(looks.warnings)
    # One pixel may differ: H.264 has only even sizes.
    if abs(width - expected.width) > 1 or abs(height - expected.height) > 1:
        work.warnings.append(
            f"The output is {width} x {height} pixels, not {expected.width} x {expected.height}."
        )
    seconds = None if first is None or last is None else last - first
    return Measured(count, width, height, fps), seconds


@dataclass
class _Looks:
    """Findings in the sampled frames: visible content, and differences between them."""

    _first: Rgba | None = field(default=None)
    _taken: int = 0
    _visible: bool = False
    _moves: bool = False

    def take(self, frame: Frame) -> None:
        """Inspect one more frame, unless content and differences were already found."""
        self._taken += 1
        if self._visible and self._moves:
            return
        rgba = frame.pixels()
        self._visible = self._visible or shows_something(rgba, opaque=frame.opaque)
        if self._first is None:
            self._first = rgba
        else:
            self._moves = self._moves or not look_alike(self._first, rgba)

    @property
    def warnings(self) -> list[str]:
        if not self._visible:
            return ["All frames that were sampled are black or empty."]
        if self._taken > 1 and not self._moves:
            return ["All frames that were sampled look the same."]
        return []


def sample_numbers(frames: int) -> set[int]:
    """Return up to SAMPLES frame numbers from 0 to `frames` - 1, the ends included.

    They are evenly spaced. `frames` is the number of frames.
    """
    steps = max(1, min(SAMPLES, frames) - 1)
    return {step * (frames - 1) // steps for step in range(steps + 1)}
