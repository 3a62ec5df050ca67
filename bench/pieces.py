"""Benchmark: speedup of a long composition drawn in two pieces at the same time.

`python bench/pieces.py [--seconds 20]` draws a 1080p composition with the compositor,
single-threaded (`-mfr OFF 100`): once as a whole, then as two pieces at the same time on two cores,
put together by the same code that a task runs. It checks that the pieces hold, frame by frame, the
very pictures of the whole, and prints how long each took: by the clock, which somebody else's work
on this machine spoils, and by the processor's time. It fails if the clock's ratio is below what is
promised: run it where nothing else runs.

Not in it, for both: fetching files, starting a machine, uploading.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import py_aep
from numpy.typing import NDArray
from PIL import Image

from render_container.encoding import FORMATS
from render_container.stitching.pieces import Assembly, PieceFile, assemble

SIZE, RATE = (1920, 1080), 25
CODEC = "video_h264_vbr_15mbps"
PICTURES = 5  # layers
PROMISED = 1.6
COMPOSITOR = (sys.executable, "-m", "render_container.compositor.cli")


@dataclass(frozen=True)
class Took:
    """The time of a measurement, in seconds."""

    clock: float
    processor: float
    """CPU time of the longest chain, one core each; equal to `clock` on idle cores."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print. Return 0 if the clock's ratio reaches PROMISED, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="length of the composition")
    seconds = parser.parse_args(words).seconds
    with tempfile.TemporaryDirectory(prefix="intarsia-bench-") as name:
        folder = Path(name)
        project, frames = build(folder, seconds), seconds * RATE
        whole = _timed([_drawing(project, folder / "whole.mp4", CODEC, 0, frames - 1)])
        split = _in_two(project, folder, frames)
        _check(project, folder, frames)
    print(f"{frames} frames of {SIZE[0]} x {SIZE[1]}, two pieces equal to the whole")
    for label, took in (("whole", whole), ("in two", split)):
        print(f"{label:8} {took.clock:7.1f} s by the clock, {took.processor:7.1f} s of processor")
    by_clock, by_processor = whole.clock / split.clock, whole.processor / split.processor
    print(f"ratio    {by_clock:7.2f} by the clock, {by_processor:7.2f} by processor time")
    return 0 if by_clock >= PROMISED else 1


def build(folder: Path, seconds: int) -> Path:
    """Create a project of rotating pictures, boxes, a title and a tone; return its path.

    Drawing takes most of the time, as in every composition that is worth splitting. Noisy pictures
    would only measure the encoder, which processes the whole output in either case.
    """
    y, x = np.mgrid[0:1400, 0:2400]
    waves = [np.sin(x / 170 + number) * np.cos(y / (90 + 30 * number)) for number in range(3)]
    picture = (np.stack(waves, -1) * 110 + 128).astype(np.uint8)
    Image.fromarray(picture).save(folder / "picture.png")
    with wave.open(str(folder / "tone.wav"), "wb") as tone:
        tone.setparams((2, 2, 48_000, 0, "NONE", "not compressed"))
        samples = np.sin(np.arange(seconds * 48_000) / 20) * 9_000
        tone.writeframes(np.repeat(samples.astype("<i2"), 2).tobytes())
    project = py_aep.new().project
    comp = project.root_folder.add_comp("main", *SIZE, 1.0, float(seconds), float(RATE))
    comp.add(project.import_file(py_aep.ImportOptions(str(folder / "tone.wav"))))
    item = project.import_file(py_aep.ImportOptions(str(folder / "picture.png")))
    for number in range(PICTURES):
        layer = comp.add(item)
        large = 120.0 + 10 * number
        _animate(layer, "ADBE Scale", [large, large, 100.0], [150.0, 150.0, 100.0], seconds)
        _animate(layer, "ADBE Rotate Z", 0.0, 20.0 + 7 * number, seconds)
        layer["ADBE Transform Group"]["ADBE Opacity"].value = 100.0 if not number else 50.0
    for number in range(8):
        box = comp.add_solid([number / 8, 0.5, 1 - number / 8], None, 700, 300)
        _animate(box, "ADBE Rotate Z", 0.0, 360.0 * (number + 1), seconds)
        across = [200.0 * number, 900.0, 0.0]
        _animate(box, "ADBE Position", [1700.0 - across[0], 100.0, 0.0], across, seconds)
        box["ADBE Transform Group"]["ADBE Opacity"].value = 60.0
    comp.add_text("A long composition in two pieces")
    project.save(folder / "bench.aep")
    return folder / "bench.aep"


def _animate(layer: object, name: str, begin: object, end: object, seconds: int) -> None:
    value = layer["ADBE Transform Group"][name]  # type: ignore[index]
    value.set_value_at_time(0.0, begin)
    value.set_value_at_time(float(seconds), end)


def _drawing(project: Path, output: Path, module: str, first: int, last: int) -> list[str]:
    return [
        *(*COMPOSITOR, "-project", str(project), "-comp", "main", "-output", str(output)),
        *("-OMtemplate", module, "-s", str(first), "-e", str(last), "-mfr", "OFF", "100"),
    ]


def _timed(*chains: Sequence[list[str]]) -> Took:
    """Run chains of commands in parallel, the commands of each chain in order.

    Raises SystemExit if a command fails.
    """
    began, spent = time.monotonic(), [0.0 for _ in chains]
    running = [(number, list(commands)) for number, commands in enumerate(chains)]
    processes: dict[int, tuple[int, list[list[str]]]] = {}
    for number, commands in running:
        _next(processes, number, commands)
    while processes:
        pid, status, used = os.wait4(-1, 0)
        number, left = processes.pop(pid)
        if status:
            raise SystemExit(f"the compositor failed: {os.waitstatus_to_exitcode(status)}")
        spent[number] += used.ru_utime + used.ru_stime
        _next(processes, number, left)
    return Took(time.monotonic() - began, max(spent))


def _next(
    processes: dict[int, tuple[int, list[list[str]]]], number: int, commands: list[list[str]]
) -> None:
    if commands:
        process = subprocess.Popen(commands[0], stdout=subprocess.DEVNULL)
        processes[process.pid] = (number, commands[1:])


def _in_two(project: Path, folder: Path, frames: int) -> Took:
    half = frames // 2
    drawn = _timed(
        [
            _drawing(project, folder / "0.avi", "intermediate", 0, half - 1),
            _drawing(project, folder / "sound.wav", "sound", 0, frames - 1),
        ],
        [_drawing(project, folder / "1.avi", "intermediate", half, frames - 1)],
    )
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    assemble(
        [PieceFile(folder / "0.avi", half), PieceFile(folder / "1.avi", frames - half)],
        folder / "sound.wav",
        folder / "pieces.mp4",
        Assembly(FORMATS[CODEC], SIZE, Fraction(RATE)),
        check=lambda: None,
        progress=lambda _: None,
    )
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    # Decoding, and encoding on two threads: at best two cores share the work, at worst one does it.
    return Took(drawn.clock + clock, drawn.processor + min(clock, spent))


def _check(project: Path, folder: Path, frames: int) -> None:
    """Raise SystemExit unless the pieces equal the whole and the assembly has all frames."""
    command = _drawing(project, folder / "whole.avi", "intermediate", 0, frames - 1)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    pieces = chain(_frames(folder / "0.avi"), _frames(folder / "1.avi"))
    for one, other in zip(_frames(folder / "whole.avi"), pieces, strict=True):
        if not np.array_equal(one, other):
            raise SystemExit("a piece differs from the whole")
    if sum(1 for _ in _frames(folder / "pieces.mp4")) != frames:
        raise SystemExit("what was assembled is not whole")


def _frames(path: Path) -> Iterator[NDArray[Any]]:
    with av.open(str(path)) as movie:
        for frame in movie.decode(video=0):
            yield frame.to_ndarray()


if __name__ == "__main__":
    sys.exit(main())
