"""Timecodes counted in frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.engines.timecode import count_frames


@pytest.mark.parametrize(
    ("timecode", "rate", "frames"),
    [
        ("0:00:27:16", 23.976, 27 * 24 + 16),
        ("0:00:04:00", 25.0, 100),
        ("0:01:00:02", 30.0, 1802),
        ("0;01;00;02", 29.97, 1800),
        ("0;10;00;00", 29.97, 17982),
        ("0;01;00;04", 59.94, 3600),
        ("-0:00:01:00", 25.0, -25),
    ],
)
def test_known_timecodes(timecode: str, rate: float, frames: int) -> None:
    assert count_frames(timecode, rate) == frames


@given(frames=st.integers(0, 30 * 3600 * 3))
def test_drop_frame_numbers_follow_one_another(frames: int) -> None:
    tens, rest = divmod(frames, 17982)
    minutes = 0 if rest < 1800 else 1 + (rest - 1800) // 1798
    number = frames + 18 * tens + 2 * minutes
    text = f"{number // 108000};{number // 1800 % 60:02d};{number // 30 % 60:02d};{number % 30:02d}"
    assert count_frames(text, 29.97) == frames


def test_other_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not a timecode"):
        count_frames("1:59:13", 25.0)
