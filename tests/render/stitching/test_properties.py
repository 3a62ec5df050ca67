"""What holds for any clips."""

import random
import tempfile
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from render_container.stitching.cadence import Cadence, settled
from render_container.stitching.joining import result_frames
from render_container.stitching.nal import Inspector, NoParametersError
from render_container.stitching.survey import survey
from tests.render.stitching.conftest import marked
from tests.support import campaign

APART = 6
"""Numbers between two clips. An encoder may drop a smaller step of grey in a single frame."""

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)]


@settings(max_examples=campaign.size(4, 48))
@example(
    clips=[
        (5, Fraction(30000, 1001), (32, 32), False),
        (3, Fraction(24), (64, 36), False),
        (1, Fraction(24), (64, 36), False),
    ],
    alike=False,
)
@given(
    clips=st.lists(
        st.tuples(
            st.integers(1, 9), st.sampled_from(RATES), st.sampled_from([(64, 36), (32, 32)]),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    alike=st.booleans(),
)  # fmt: skip
def test_the_result_has_the_frames_and_the_sound_of_its_clips(kit_in, clips, alike):
    with tempfile.TemporaryDirectory() as folder:
        kit = kit_in(Path(folder))
        made = []
        for index, (count, own_rate, own_size, tone) in enumerate(clips):
            size = clips[0][2] if alike else own_size
            made.append(
                kit.clip(
                    count,
                    rate=clips[0][1] if alike else own_rate,
                    size=size,
                    tone=440.0 if tone else None,
                    draw=partial(marked, APART * index, size=size),
                )
            )
        done = kit.join(*made)
        movie = kit.look()
        facts = [survey(clip, index, lambda: None) for index, clip in enumerate(made)]
        rate = clips[0][1]
        counts = [max(1, round(one.duration * rate)) for one in facts]
        assert done.frames == len(movie.frames) == sum(counts)
        assert counts == [result_frames(one, rate) for one in facts]
        assert done.fps == rate
        assert done.duration == pytest.approx(float(sum(counts) / rate))
        assert [round(mark / APART) for mark, _ in movie.marks] == [
            index for index, count in enumerate(counts) for _ in range(count)
        ]
        heard = any(tone for *_, tone in clips)
        assert movie.details["sound"] == heard
        if heard:
            assert abs(movie.sound.shape[1] - done.duration * 48_000) <= 1024


@given(
    count=st.integers(1, 200),
    rate=st.sampled_from(RATES),
    depth=st.tuples(st.integers(0, 16), st.integers(0, 999)),
    origin=st.integers(-5000, 5000),
    base=st.sampled_from([Fraction(1, 1000), Fraction(1, 90_000), Fraction(1, 12_800)]),
)
def test_a_steady_clip_is_seen_as_such_in_any_order_of_decoding(count, rate, depth, origin, base):
    farthest, seed = depth
    chance = random.Random(seed)
    order = sorted(range(count), key=lambda number: number + chance.random() * farthest)
    cadence = Cadence(base, [Fraction(50), rate])
    for number in order:
        cadence.add(origin + round(number / rate / base), round(1 / rate / base))
    cadence.finish()
    assert cadence.pictures == count
    assert cadence.start == origin * base
    if count > 1:
        assert cadence.rate == rate
        assert cadence.duration(Fraction(1)) == count / rate
        late = max(decoded - shown for decoded, shown in enumerate(order))
        assert cadence.delay == max(0, late)


@given(
    count=st.integers(3, 60),
    rate=st.sampled_from(RATES),
    at=st.integers(1, 58),
    extra=st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(7)]),
)
def test_a_single_gap_makes_a_clip_unsteady_and_counts_in_its_length(count, rate, at, extra):
    base = Fraction(1, 90_000)
    cadence = Cadence(base, [rate])
    gap = min(at, count - 1)
    for number in range(count):
        late = extra if number >= gap else 0
        cadence.add(round((number + late) / rate / base), round(1 / rate / base))
    cadence.finish()
    assert cadence.rate is None
    assert abs(cadence.duration(rate) - (count + extra) / rate) <= 2 * base


def test_a_last_picture_that_stays_is_part_of_the_length():
    cadence = Cadence(Fraction(1, 100), [Fraction(25)])
    for number in range(5):
        cadence.add(number * 4, 200 if number == 4 else 4)
    cadence.finish()
    assert cadence.rate is None
    assert cadence.duration(Fraction(25)) == Fraction(216, 100)


def test_two_pictures_at_one_time_are_not_steady():
    cadence = Cadence(Fraction(1, 100), [Fraction(25)])
    for time in (0, 4, 4, 8):
        cadence.add(time, 4)
    cadence.finish()
    assert cadence.rate is None


@pytest.mark.parametrize(
    ("measured", "meant"),
    [("2997/100", "30000/1001"), ("23976/1000", "24000/1001"), ("25", "25"), ("29.9999", "30"),
     ("15", "15"), ("12.5", "25/2"), ("59.94", "60000/1001")],
)  # fmt: skip
def test_a_measured_rate_is_the_common_one_it_stands_for(measured, meant):
    assert settled(Fraction(measured)) == Fraction(meant)


@given(codec=st.sampled_from(["h264", "hevc"]), header=st.binary(max_size=64))
def test_any_header_is_read_or_refused(codec, header):
    try:
        Inspector(codec, header)
    except NoParametersError:
        return
    assert header[0] == 1


SPS, PPS = b"\x67sps", b"\x68pps"
AVCC = b"\x01\x64\0\x0a\xff\xe1" + b"\0\4" + SPS + b"\1\0\4" + PPS


def units(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@given(packet=st.binary(max_size=200))
def test_any_packet_is_read(packet):
    inspector = Inspector("h264", AVCC)
    inspector.read(packet)
    assert inspector.begins_closed in {True, False}


def test_parameters_that_the_header_holds_may_come_again():
    inspector = Inspector("h264", AVCC)
    inspector.read(units(SPS, PPS, b"\x65idr"))
    inspector.read(units(b"\x41slice"))
    assert (inspector.begins_closed, inspector.ends_closed) == (True, False)
    assert not inspector.changes
    assert not inspector.damaged
    inspector.read(units(b"\x67other", b"\x65idr"))
    assert inspector.changes
    assert inspector.ends_closed


@pytest.mark.parametrize("packet", [units(b"\x65a")[:-1], b"\0\0\0\0", units(b"\x65a") + b"\0"])
def test_units_that_do_not_fill_their_packet_are_damage(packet):
    inspector = Inspector("h264", AVCC)
    inspector.read(packet)
    assert inspector.damaged


@pytest.mark.parametrize(("kind", "closed"), [(19, True), (20, True), (21, False), (1, False)])
def test_h265_begins_anew_at_idr_pictures_only(kind, closed):
    header = b"\x01" + bytes(20) + b"\x03\x01" + b"\x20\0\1\0\3\x40\1v"
    inspector = Inspector("hevc", header)
    inspector.read(units(bytes([kind << 1, 1, 0])))
    assert inspector.begins_closed is closed
