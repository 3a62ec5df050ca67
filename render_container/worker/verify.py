"""Stage 4: the file itself proves what the engine said."""

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

SAMPLES = 8  # frames that are looked at
RATE_TOLERANCE = 0.01  # frames per second
SOUND_TOLERANCE = 0.5  # seconds that sound may be longer or shorter than the pictures
CLOCK_STEP = 2.0  # seconds; file systems are known to round a file's time that much


@dataclass(frozen=True)
class Measured:
    """What is really in the output."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float

    def output(self, key: str, file: Path) -> Output:
        """The record of it, delivered as `file` under `key`."""
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
    """Decode every frame of the output.

    `since` is when the engine was started, in seconds since 1970: an older file is none of its.
    Raises AttemptError when the output is not whole: engines that exit with 0 have been seen to
    leave truncated, empty, damaged and somebody else's files. Black or equal frames, odd sizes and
    odd lengths of sound are legal, so they only warn.
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
                    f"The output has {streams.pictures} streams of pictures instead of one.",
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
    """Compare numbers. `seconds` is the time from the first frame to the last."""
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
    """Each picture's number follows the one before."""
    numbers = [int(match[1]) for file in files if (match := re.search(r"(\d+)$", file.stem))]
    for before, number in pairwise(numbers):
        if number != before + 1:
            raise AttemptError(
                "transient", f"The output goes from picture {before} to picture {number}."
            )


def _measure(
    work: AnyWork, expected: Expected, frames: Iterator[Frame], fps: float
) -> tuple[Measured, float | None]:
    """What the frames are, and the seconds from the first to the last where the file says it."""
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
    # H.264 only has even sizes.
    if abs(width - expected.width) > 1 or abs(height - expected.height) > 1:
        work.warnings.append(
            f"The output is {width} x {height} pixels, not {expected.width} x {expected.height}."
        )
    seconds = None if first is None or last is None else last - first
    return Measured(count, width, height, fps), seconds


@dataclass
class _Looks:
    """What the frames that are looked at have in common."""

    _first: Rgba | None = field(default=None)
    _taken: int = 0
    _visible: bool = False
    _moves: bool = False

    def take(self, frame: Frame) -> None:
        """Look at one more, while there is something left to learn."""
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
            return ["Every frame that was looked at is black or empty."]
        if self._taken > 1 and not self._moves:
            return ["Every frame that was looked at is the same."]
        return []


def sample_numbers(frames: int) -> set[int]:
    """Up to SAMPLES frame numbers, evenly from the first to the last of `frames`."""
    steps = max(1, min(SAMPLES, frames) - 1)
    return {step * (frames - 1) // steps for step in range(steps + 1)}
