"""Which frames of an output are looked at, and what counts as seen."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from render_container.worker.decoded import DamagedOutputError, picture_frames, shows_something
from render_container.worker.verify import SAMPLES, sample_numbers


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


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "frame_00000.png", tmp_path / "frame_00001.png"
    Image.effect_noise((50, 50), 50).save(good)
    bad.write_bytes(good.read_bytes()[:200])
    with pytest.raises(DamagedOutputError, match="frame_00001"):
        list(picture_frames([good, bad]))
