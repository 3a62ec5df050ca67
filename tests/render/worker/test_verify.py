"""The file proves a render, or does not: whatever is wrong with it is told."""

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from render_container.worker.decoded import (
    DamagedOutputError,
    look_alike,
    picture_frames,
    shows_something,
)
from render_container.worker.errors import AttemptError
from render_container.worker.verify import SAMPLES, Measured, sample_numbers, verify
from render_container.worker.work import Expected

SIZE = (32, 18)  # pixels
RATE = 10  # frames per second
FRAMES = 6
NOW = 1_800_000_000.0  # seconds

Level = Callable[[int], int]


class Checked:
    """What came of a check."""

    def __init__(self, files: list[Path], since: float | None = None, **changes: Any) -> None:
        expected = Expected(
            **{"frames": FRAMES, "width": SIZE[0], "height": SIZE[1], "fps": RATE, **changes}
        )
        self.warnings: list[str] = []
        self.shares: list[float] = []
        self.failure: tuple[str, str] | None = None
        self.measured: Measured | None = None
        work = SimpleNamespace(
            log=SimpleNamespace(line=lambda _: None),
            heartbeat=SimpleNamespace(check=lambda: None, progress=self.shares.append),
            warnings=self.warnings,
        )
        try:
            self.measured = verify(cast(Any, work), expected, files, since=since)
        except AttemptError as error:
            self.failure = (error.failure.kind, error.failure.reason)


@pytest.fixture
def movie(tmp_path: Path) -> Callable[..., Path]:
    """Writes a movie whose frames are of a level of grey."""

    def write(
        level: Level = lambda number: 30 * number + 60,
        *,
        sound: float | None = None,
        streams: int = 1,
        step: int = 1,
        name: str = "output.mp4",
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as media:
            pictures = [media.add_stream("libx264", rate=RATE) for _ in range(streams)]
            for stream in pictures:
                stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            heard = media.add_stream("aac", rate=8000, layout="mono") if sound else None
            for number in range(FRAMES):
                picture = np.full((SIZE[1], SIZE[0], 3), level(number), dtype=np.uint8)
                for stream in pictures:
                    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                    frame.pts, frame.time_base = number * step, Fraction(1, RATE)
                    media.mux(stream.encode(frame))
            for stream in pictures:
                media.mux(stream.encode())
            if heard is not None and sound is not None:
                samples = np.zeros((1, int(8000 * sound)), dtype=np.float32)
                tone = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
                tone.sample_rate = 8000
                media.mux(heard.encode(tone))
                media.mux(heard.encode())
        return path

    return write


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """A picture a frame, each brighter than the last."""
    paths = [tmp_path / f"frame_{number:05d}.png" for number in range(FRAMES)]
    for number, path in enumerate(paths):
        Image.new("RGBA", SIZE, (40 * number, 90, 40, 255)).save(path)
    return paths


def test_a_whole_movie_is_proven_and_measured(movie: Callable[..., Path]) -> None:
    checked = Checked([movie(sound=FRAMES / RATE)])
    assert checked.failure is None
    assert checked.measured == Measured(FRAMES, *SIZE, RATE)
    assert checked.warnings == []
    assert checked.shares == sorted(checked.shares)
    assert checked.shares[-1] == 1


def test_no_file_is_no_success() -> None:
    assert Checked([]).failure == (
        "transient",
        "The engine reported success but wrote no file.",
    )


@pytest.mark.parametrize(
    ("age", "stale"), [(-10.0, False), (0.0, False), (1.0, False), (3.0, True), (1e6, True)]
)
def test_a_file_of_an_earlier_run_is_refused(
    movie: Callable[..., Path], age: float, stale: bool
) -> None:
    path = movie()
    os.utime(path, (NOW - age, NOW - age))
    assert Checked([path]).failure is None
    assert Checked([path], since=NOW).failure == (
        ("transient", "The output is older than the render: nothing was written.")
        if stale
        else None
    )


def test_one_old_picture_among_new_ones_is_refused(pictures: list[Path]) -> None:
    os.utime(pictures[3], (1.0, 1.0))
    failure = Checked(pictures, since=NOW - 1e9, pictures=True).failure
    assert failure is not None
    assert "older than the render" in failure[1]


def test_two_streams_of_pictures_are_one_too_many(movie: Callable[..., Path]) -> None:
    assert Checked([movie(streams=2)]).failure == (
        "configuration",
        "The output has 2 video streams instead of one.",
    )


@pytest.mark.parametrize("sound", [0.7, 0.9])
def test_sound_may_be_a_little_longer(movie: Callable[..., Path], sound: float) -> None:
    assert Checked([movie(sound=sound)]).warnings == []


def test_sound_of_another_length_is_mentioned(movie: Callable[..., Path]) -> None:
    checked = Checked([movie(sound=3)])
    assert checked.failure is None
    (warning,) = checked.warnings
    assert warning.startswith("The sound lasts 3.")
    assert warning.endswith("the pictures last 0.60 seconds.")


@pytest.mark.parametrize(
    ("level", "warnings"),
    [
        (lambda number: 0, ["All frames that were sampled are black or empty."]),
        (lambda number: 180, ["All frames that were sampled look the same."]),
        (lambda number: 180 + number % 2, ["All frames that were sampled look the same."]),
        (lambda number: 180 if number else 0, []),
        (lambda number: 180 if number == FRAMES - 1 else 0, []),
        (lambda number: 180 - 15 * number, []),
    ],
)
def test_frames_that_all_look_black_or_alike_are_mentioned(
    movie: Callable[..., Path], level: Level, warnings: list[str]
) -> None:
    checked = Checked([movie(level)])
    assert checked.failure is None
    assert checked.warnings == warnings


def test_a_single_frame_is_not_the_same_as_another(pictures: list[Path]) -> None:
    assert Checked(pictures[:1], frames=1, pictures=True).warnings == []


def test_another_number_or_rate_of_frames_is_refused(movie: Callable[..., Path]) -> None:
    path = movie()
    assert Checked([path], frames=FRAMES + 1).failure == (
        "transient",
        "The output has 6 frames instead of 7.",
    )
    assert Checked([path], frames=FRAMES - 1).failure == (
        "transient",
        "The output has 6 frames instead of 5.",
    )
    assert Checked([path], fps=12).failure == (
        "configuration",
        "The output runs at 10 frames a second, not at 12.",
    )


def test_another_size_is_mentioned(movie: Callable[..., Path]) -> None:
    assert Checked([movie()], width=64).warnings == ["The output is 32 x 18 pixels, not 64 x 18."]
    assert Checked([movie()], width=31).warnings == []  # H.264 only has even sizes


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_a_cut_movie_is_refused(movie: Callable[..., Path], share: float) -> None:
    path = movie()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    failure = Checked([path]).failure
    assert failure is not None
    assert failure[0] == "transient"
    assert failure[1].startswith("The output cannot be decoded: ")


def test_a_movie_without_an_index_that_ends_early_is_refused(
    movie: Callable[..., Path],
) -> None:
    """A transport stream stays readable when it is cut: only counting its frames tells."""
    path = movie(name="output.ts")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3 // 188 * 188])
    failure = Checked([path]).failure
    assert failure is not None
    assert failure[0] == "transient"


def test_pictures_are_checked_one_by_one(pictures: list[Path]) -> None:
    assert Checked(pictures, pictures=True).failure is None
    bad = pictures[2]
    bad.write_bytes(bad.read_bytes()[:60])
    failure = Checked(pictures, pictures=True).failure
    assert failure is not None
    assert failure[0] == "transient"
    assert bad.name in failure[1]


def test_a_picture_of_another_size_is_refused(pictures: list[Path]) -> None:
    Image.new("RGBA", (8, 8)).save(pictures[4])
    assert Checked(pictures, pictures=True).failure == (
        "transient",
        "The output cannot be decoded: its frames differ in size.",
    )


def test_a_gap_between_pictures_is_refused(pictures: list[Path]) -> None:
    """The number of files is right, but one of them is of another render."""
    moved = pictures[-1].rename(pictures[-1].with_name("frame_00009.png"))
    assert Checked([*pictures[:-1], moved], pictures=True).failure == (
        "transient",
        "The output has a gap: picture 9 follows picture 4.",
    )


def test_pictures_may_begin_with_any_number(pictures: list[Path]) -> None:
    renamed = [
        path.rename(path.with_name(f"frame_{number + 99998}.png"))
        for number, path in reversed(list(enumerate(pictures)))
    ]
    assert Checked(renamed[::-1], pictures=True).failure is None


def test_a_movie_whose_frames_come_at_wrong_times_is_refused(
    movie: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its header claims the right rate."""
    from render_container.worker import verify as module

    path = movie(step=3, name="output.mkv")
    real = module.movie_streams
    monkeypatch.setattr(
        module,
        "movie_streams",
        lambda file: SimpleNamespace(**{**vars(real(file)), "fps": float(RATE)}),
    )
    assert Checked([path]).failure == (
        "transient",
        "The output's last frame is shown after 1.50 seconds, not 0.50.",
    )


@given(frames=st.integers(1, 100_000))
def test_samples_reach_from_the_first_frame_to_the_last(frames: int) -> None:
    numbers = sample_numbers(frames)
    assert len(numbers) == min(SAMPLES, frames)
    assert (min(numbers), max(numbers)) == (0, frames - 1)


@pytest.mark.parametrize(
    ("color", "opaque", "visible"),
    [
        ((0, 0, 0, 255), True, False),
        ((16, 16, 16, 255), True, False),  # black after compression
        ((0, 0, 120, 255), True, True),
        ((255, 255, 255, 0), False, False),
        ((0, 0, 0, 255), False, True),  # black type on transparency
    ],
)
def test_what_can_be_seen(color: Any, opaque: bool, visible: bool) -> None:
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[..., 3] = 255 if opaque else 0
    pixels[2, 2] = color
    assert shows_something(pixels, opaque=opaque) is visible


@pytest.mark.parametrize(("difference", "alike"), [(0, True), (10, True), (30, False)])
def test_one_point_that_differs_tells_pictures_apart(difference: int, alike: bool) -> None:
    one = np.full((4, 4, 4), 100, dtype=np.uint8)
    other = one.copy()
    other[1, 3, 2] -= difference
    assert look_alike(one, other) is look_alike(other, one) is alike


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "frame_00000.png", tmp_path / "frame_00001.png"
    Image.effect_noise((50, 50), 50).save(good)
    bad.write_bytes(good.read_bytes()[:200])
    with pytest.raises(DamagedOutputError, match="frame_00001"):
        list(picture_frames([good, bad]))
