"""Stage 4: the file itself proves what the engine said."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from intarsia.domain.jobs import Output
from render_container.worker.decoded import (
    DamagedOutputError,
    Frame,
    movie_frames,
    movie_rate,
    picture_frames,
)
from render_container.worker.errors import AttemptError
from render_container.worker.work import AnyWork, Expected

SAMPLES = 8  # frames looked at for blackness
RATE_TOLERANCE = 0.01  # frames per second


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


def verify(work: AnyWork, expected: Expected, files: list[Path]) -> Measured:
    """Decode every frame of the output.

    Raises AttemptError when it is not whole: engines that exit with 0 have been seen to leave
    truncated, empty and damaged files. Black frames and odd sizes are legal, so they only warn.
    """
    if not files:
        raise AttemptError("transient", "The engine reported success but wrote no file.")
    try:
        fps = expected.fps if expected.pictures else movie_rate(files[0])
        frames = picture_frames(files) if expected.pictures else movie_frames(files[0])
        measured = _measure(work, expected, frames, fps)
    except DamagedOutputError as error:
        raise AttemptError("transient", f"The output cannot be decoded: {error}.") from error
    work.log.line(
        f"output: {measured.frames} frames of {measured.width} x {measured.height}, {fps:g} fps"
    )
    if measured.frames != expected.frames:
        raise AttemptError(
            "transient",
            f"The output has {measured.frames} frames instead of {expected.frames}.",
        )
    if abs(fps - expected.fps) > RATE_TOLERANCE:
        raise AttemptError(
            "configuration",
            f"The output runs at {fps:g} frames a second, not at {expected.fps:g}.",
        )
    return measured


def _measure(work: AnyWork, expected: Expected, frames: Iterator[Frame], fps: float) -> Measured:
    sampled = sample_numbers(expected.frames)
    width = height = count = 0
    visible = False
    for frame in frames:
        if count and (frame.width, frame.height) != (width, height):
            raise DamagedOutputError("its frames differ in size")
        width, height = frame.width, frame.height
        if count in sampled and not visible:
            visible = frame.shows_something()
        count += 1
        work.heartbeat.check()
        work.heartbeat.progress(count / expected.frames)
    if count and not visible:
        work.warnings.append("Every frame that was looked at is black or empty.")
    # H.264 only has even sizes.
    if abs(width - expected.width) > 1 or abs(height - expected.height) > 1:
        work.warnings.append(
            f"The output is {width} x {height} pixels, not {expected.width} x {expected.height}."
        )
    return Measured(count, width, height, fps)


def sample_numbers(frames: int) -> set[int]:
    """Up to SAMPLES frame numbers, evenly from the first to the last of `frames`."""
    steps = max(1, min(SAMPLES, frames) - 1)
    return {step * (frames - 1) // steps for step in range(steps + 1)}
