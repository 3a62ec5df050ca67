"""Stage 4: the file itself proves what the engine said."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from render_container.worker.decoded import (
    DamagedOutputError,
    Frame,
    movie_frames,
    movie_rate,
    picture_frames,
)
from render_container.worker.errors import AttemptError
from render_container.worker.work import Prepared, Work

SAMPLES = 8  # frames looked at for blackness
RATE_TOLERANCE = 0.01  # frames per second


@dataclass(frozen=True)
class Measured:
    """What is really in the output."""

    frames: int
    width: int  # pixels
    height: int  # pixels
    fps: float
    warnings: list[str]


def verify(work: Work, prepared: Prepared, files: list[Path]) -> Measured:
    """Decode every frame of the output.

    Raises AttemptError when it is not whole: engines that exit with 0 have been seen to leave
    truncated, empty and damaged files. Black frames and odd sizes are legal, so they only warn.
    """
    if not files:
        raise AttemptError("transient", "The engine reported success but wrote no file.")
    images = work.manifest.media == "image"
    try:
        fps = prepared.fps if images else movie_rate(files[0])
        frames = picture_frames(files) if images else movie_frames(files[0])
        measured = _measure(work, prepared, frames, fps)
    except DamagedOutputError as error:
        raise AttemptError("transient", f"The output cannot be decoded: {error}.") from error
    work.log.line(
        f"output: {measured.frames} frames of {measured.width} x {measured.height}, {fps:g} fps"
    )
    if measured.frames != prepared.frames:
        raise AttemptError(
            "transient",
            f"The output has {measured.frames} frames instead of {prepared.frames}.",
        )
    if abs(fps - prepared.fps) > RATE_TOLERANCE:
        raise AttemptError(
            "configuration",
            f"The output runs at {fps:g} frames a second, the composition at {prepared.fps:g}.",
        )
    return measured


def _measure(work: Work, prepared: Prepared, frames: Iterator[Frame], fps: float) -> Measured:
    sampled = sample_numbers(prepared.frames)
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
        work.heartbeat.progress(count / prepared.frames)
    warnings = []
    if count and not visible:
        warnings.append("Every frame that was looked at is black or empty.")
    # H.264 only has even sizes.
    if abs(width - prepared.width) > 1 or abs(height - prepared.height) > 1:
        warnings.append(
            f"The output is {width} x {height} pixels, the composition"
            f" {prepared.width} x {prepared.height}."
        )
    return Measured(count, width, height, fps, warnings)


def sample_numbers(frames: int) -> set[int]:
    """Up to SAMPLES frame numbers, evenly from the first to the last of `frames`."""
    steps = max(1, min(SAMPLES, frames) - 1)
    return {step * (frames - 1) // steps for step in range(steps + 1)}
