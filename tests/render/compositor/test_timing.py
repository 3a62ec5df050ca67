"""Frames, timecodes, and which frames -s, -e and -i choose."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.compositor.arguments import Arguments
from render_container.compositor.errors import UsageError
from render_container.compositor.timing import FrameRange, elapsed, exact_rate, frame_range


@pytest.mark.parametrize(
    ("rate", "exact"),
    [
        (25, Fraction(25)),
        (23.976, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (29.970030, Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (12.5, Fraction(25, 2)),
        (15, Fraction(15)),
    ],
)
def test_rates_are_made_exact(rate, exact):
    assert exact_rate(rate) == exact


def project(start=0):
    return SimpleNamespace(display_start_frame=start)


def comp(start=0, work=(0, 100)):
    return SimpleNamespace(
        display_start_frame=start,
        work_area_start_frame=work[0],
        work_area_duration_frame=work[1],
        frame_rate=25.0,
    )


def test_without_flags_the_work_area_is_rendered():
    found = frame_range(project(), comp(work=(10, 20)), Arguments())
    assert list(found.frames) == list(range(10, 30))


def test_one_flag_leaves_the_other_bound_to_the_work_area():
    assert frame_range(project(), comp(), Arguments(start=90)).frames == range(90, 100)
    assert frame_range(project(), comp(), Arguments(end=4)).frames == range(5)


def test_displayed_frame_numbers_are_converted_to_indexes():
    found = frame_range(project(1), comp(start=1000), Arguments(start=1001, end=1003))
    assert list(found.frames) == [0, 1, 2]
    assert found.offset == 1001


def test_the_increment_skips_frames():
    assert list(frame_range(project(), comp(), Arguments(end=9, increment=4)).frames) == [0, 4, 8]


def test_an_empty_range_is_refused():
    with pytest.raises(UsageError, match="ends at frame 3, before its first frame 5"):
        frame_range(project(), comp(), Arguments(start=5, end=3))


@given(st.integers(0, 10**7), st.sampled_from([24, 25, 30, 60, 100]))
def test_timecodes_count_up_by_one_frame(frame, rate):
    span = FrameRange(0, 0, 1, Fraction(rate), 0)
    hours, minutes, seconds, rest = (int(part) for part in span.timecode(frame).split(":"))
    assert ((hours * 60 + minutes) * 60 + seconds) * rate + rest == frame
    assert minutes < 60
    assert seconds < 60
    assert rest < rate


def test_timecodes_look_like_after_effects():
    span = FrameRange(0, 0, 1, Fraction(25), 0)
    assert span.timecode(25 * 3661 + 7) == "1:01:01:07"
    assert span.timecode(-26) == "-0:00:01:01"


def test_durations_are_worded_like_aerenders():
    assert elapsed(4.6) == "4 Seconds"
    assert elapsed(88) == "1 Min, 28 Sec"
    assert elapsed(94_500) == "26 Hr, 15 Min"


def test_the_range_decides_what_is_in_the_movie(studio, decode, tmp_path):
    comp = studio.comp(seconds=1.0)
    comp.display_start_frame = 100
    for number in range(25):
        layer = studio.solid(comp, (number / 25, 0, 0))
        layer.in_point, layer.out_point = number / 25, (number + 1) / 25
    path = tmp_path / "out.mov"
    flags = ("-output", str(path), "-OMtemplate", "video_prores_4444", "-s", "105", "-e", "119")
    lines = studio.run(*flags, "-i", "2")
    movie = decode(path)
    reds = [round(int(frame[24, 32, 0]) * 25 / 255) for frame in movie.frames]
    assert reds == [5, 7, 9, 11, 13, 15, 17, 19]
    assert movie.streams["video"]["rate"] == Fraction(25, 2)
    assert "PROGRESS:  0:00:04:05 (1): 0 Seconds" in lines
    assert "PROGRESS:  0:00:04:19 (8): 0 Seconds" in lines


def test_frames_outside_the_composition_are_blank_and_warned_about(studio, tmp_path):
    studio.solid(studio.comp(seconds=0.4))
    output = tmp_path / "f_[##].png"
    lines = studio.run("-output", str(output), "-s", "9", "-e", "10")
    assert any("may have blank frames" in line for line in lines)
    from PIL import Image

    assert Image.open(tmp_path / "f_09.png").getpixel((0, 0)) == (255, 0, 0, 255)
    assert Image.open(tmp_path / "f_10.png").getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_frame_does_not_depend_on_the_range_it_is_rendered_in(studio, tmp_path):
    comp = studio.comp()
    turn = studio.solid(comp, (1, 0.5, 0.2), (20, 20)).transform.rotation
    turn.set_value_at_time(0, 0)
    turn.set_value_at_time(1, 90)
    studio.run("-output", str(tmp_path / "all_[##].png"))
    studio.run("-output", str(tmp_path / "one.png"), "-s", "17", "-e", "17")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "all_17.png").read_bytes()
