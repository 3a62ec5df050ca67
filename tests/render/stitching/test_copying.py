"""Clips that agree are put together packet by packet."""

from fractions import Fraction

import av
import pytest

from render_container.stitching import Clip
from render_container.stitching.survey import reason_to_conform, survey


def expected(*counts):
    return [(clip, frame) for clip, count in enumerate(counts) for frame in range(count)]


def test_packets_of_clips_that_agree_are_copied_byte_for_byte_in_order(kit):
    clips = [kit.clip(frames) for frames in (5, 9, 12)]
    done = kit.join(*clips)
    assert done.copied
    assert done.warnings == []
    assert (done.frames, done.width, done.height, done.fps) == (26, 64, 36, 25)
    assert done.duration == pytest.approx(26 / 25)
    assert kit.packets(kit.result) == [p for clip in clips for p in kit.packets(clip.path)]
    movie = kit.look()
    assert movie.marks == expected(5, 9, 12)
    assert movie.times == [Fraction(n, 25) for n in range(26)]
    assert movie.details["frames"] == 26
    assert movie.details["duration"] == pytest.approx(26 / 25, abs=1e-3)


def test_the_order_is_that_of_the_list(kit):
    clips = [kit.clip(3) for _ in range(3)]
    assert kit.join(clips[2], clips[0], clips[1], clips[0]).copied
    assert [mark[0] for mark in kit.look().marks] == [2] * 3 + [0] * 3 + [1] * 3 + [0] * 3


@pytest.mark.parametrize("rate", [24, 25, Fraction(30000, 1001), 30, 60])
def test_every_frame_of_the_result_lasts_equally_long_at_any_rate(kit, rate):
    done = kit.join(*(kit.clip(7, rate=rate) for _ in range(3)))
    assert done.copied
    assert done.fps == rate
    movie = kit.look()
    assert movie.marks == expected(7, 7, 7)
    for number, time in enumerate(movie.times):
        assert abs(time - number / Fraction(rate)) <= Fraction(1, 10_000)
    assert movie.details["rate"] == rate


@pytest.mark.parametrize("depths", [("0", "3"), ("3", "0"), ("2", "2")])
def test_clips_with_and_without_b_frames_keep_the_order_of_their_pictures(kit, depths):
    kit.join(*(kit.clip(12, options={"bf": depth, "b-adapt": "0"}) for depth in depths))
    assert kit.look().marks == expected(12, 12)


def test_a_copied_clip_of_few_pictures_after_one_with_b_frames(kit):
    """The first never needs what the second does; both are decoded as late as the second."""
    clips = [kit.clip(2, options={"bf": "3"}), kit.clip(20, options={"bf": "3"}),
             kit.clip(3, options={"bf": "3"})]  # fmt: skip
    assert kit.join(*clips).copied
    assert kit.look().marks == expected(2, 20, 3)


def test_h265_is_copied_and_tagged_so_that_apples_players_know_it(kit):
    assert kit.join(*(kit.clip(8, codec="libx265") for _ in range(2))).copied
    movie = kit.look()
    assert movie.marks == expected(8, 8)
    assert movie.details["tag"] == "hvc1"


def test_the_same_pictures_in_another_container_are_copied_too(kit):
    assert kit.join(kit.clip(6), kit.clip(6, name="mkv"), kit.clip(6, name="mov")).copied
    assert kit.look().marks == expected(6, 6, 6)


def test_clips_that_begin_late_in_their_own_time_leave_no_gap(kit):
    clips = [kit.clip(6, start=2.0), kit.clip(6), kit.clip(6, start=1.0, name="mkv")]
    done = kit.join(*clips)
    assert done.copied
    movie = kit.look()
    assert movie.marks == expected(6, 6, 6)
    assert movie.times == [Fraction(n, 25) for n in range(18)]


def test_a_turned_clip_stays_turned(kit):
    clips = [kit.clip(4, prepare=lambda stream: stream.set_display_rotation(90)) for _ in "12"]
    assert kit.join(*clips).copied
    assert kit.look().details["rotation"] == 90


def test_sixty_clips(kit):
    clips = [kit.clip(2 + number % 3) for number in range(60)]
    done = kit.join(*clips)
    assert done.copied
    assert done.frames == sum(2 + number % 3 for number in range(60))
    assert [frame for _, frame in kit.look().marks] == [
        frame for number in range(60) for frame in range(2 + number % 3)
    ]


def test_a_single_clip_is_copied(kit):
    clip = kit.clip(5, tone=440.0)
    assert kit.join(clip).copied
    assert kit.packets(kit.result) == kit.packets(clip.path)


def test_clips_that_differ_in_sound_only_have_their_pictures_copied(kit):
    mono = {"rate": 44_100, "layout": "mono"}
    clips = [kit.clip(5, tone=440.0), kit.clip(5), kit.clip(5, tone=880.0, sound=mono)]
    assert kit.join(*clips).copied
    assert kit.look().marks == expected(5, 5, 5)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"size": (64, 40)}, "size (64 x 40 pixels, 64 x 36 pixels)"),
        ({"rate": 30}, "frame rate (30 fps, 25 fps)"),
        ({"pixels": "yuv444p"}, "pixel format"),
        ({"codec": "libx265"}, "codec"),
        ({"options": {"profile": "baseline"}}, "encoder settings"),
        ({"options": {"bf": "0", "refs": "5"}}, "encoder settings"),
        ({"prepare": lambda s: s.set_display_rotation(180)}, "rotation"),
        (
            {"prepare": lambda s: setattr(s.codec_context, "sample_aspect_ratio", Fraction(4, 3))},
            "pixel aspect ratio",
        ),
        ({"prepare": lambda s: setattr(s.codec_context, "color_primaries", 9)}, "colours"),
    ],
)
def test_a_clip_that_differs_is_never_copied_and_the_difference_is_named(kit, other, named):
    done = kit.join(kit.clip(5), kit.clip(5, **other))
    assert not done.copied
    assert named in done.warnings[0]
    assert "clip 2 differs from clip 1" in done.warnings[0]
    assert (
        len(kit.look().frames) == done.frames == round(Fraction(5, other.get("rate", 25)) * 25) + 5
    )


def test_clips_of_one_picture_are_encoded_anew_because_their_ids_clash(kit):
    done = kit.join(*(kit.clip(1) for _ in range(4)))
    assert not done.copied
    assert "IDR" in done.warnings[0]
    assert kit.look().marks == expected(1, 1, 1, 1)


def test_only_what_follows_an_idr_picture_clashes(kit):
    assert kit.join(kit.clip(5), kit.clip(1)).copied
    assert kit.look().marks == [*((0, n) for n in range(5)), (1, 0)]


def uncopyable(clip):
    return reason_to_conform([survey(clip, 0, lambda: None)])


def test_a_clip_cut_out_of_a_longer_one_is_not_copied(kit):
    """It begins with pictures that look back at ones that are not there."""
    settings = {"x264-params": "open-gop=1:keyint=8:min-keyint=8:bframes=3:b-adapt=0:scenecut=0"}
    whole = kit.clip(24, options=settings, name="mkv")
    assert uncopyable(whole) is None
    cut = kit.folder / "cut.mkv"
    with av.open(str(whole.path)) as source, av.open(str(cut), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        keys = 0
        for packet in source.demux(video=0):
            keys += packet.is_keyframe
            if packet.size and keys >= 2:
                packet.stream = stream
                target.mux(packet)
    assert "does not begin with a keyframe" in uncopyable(Clip(cut, "matroska"))
    done = kit.join(whole, Clip(cut, "matroska"))
    assert not done.copied
    assert len(kit.look().frames) == done.frames


def test_an_edit_list_that_leaves_out_pictures_is_obeyed(kit):
    whole = kit.clip(12, options={"bf": "0", "g": "50"})
    data = bytearray(whole.path.read_bytes())
    at = data.index(b"elst") + 8 + 4  # version and flags, count; then duration, media time
    media_time = int.from_bytes(data[at + 4 : at + 8], "big")
    data[at : at + 4] = (8 * 40).to_bytes(4, "big")  # milliseconds
    data[at + 4 : at + 8] = (media_time + 4 * 512).to_bytes(4, "big")
    whole.path.write_bytes(data)
    assert "edit list" in uncopyable(whole)
    done = kit.join(whole, kit.clip(3))
    assert kit.look().marks == [*((0, n) for n in range(4, 12)), *((1, n) for n in range(3))]
    assert done.frames == 11


def test_parameters_that_change_within_a_clip_are_not_copied(kit):
    """Packets bring their own parameters, as in an avc3 track."""
    one, other = kit.clip(5), kit.clip(5, options={"profile": "baseline"})
    with av.open(str(other.path)) as media:
        header = media.streams.video[0].codec_context.extradata
    size = int.from_bytes(header[6:8], "big")
    unit = size.to_bytes(4, "big") + header[8 : 8 + size]
    path = kit.folder / "inband.mkv"
    with av.open(str(one.path)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                again = av.Packet(bytes(packet) + unit)
                again.pts, again.dts, again.time_base = packet.pts, packet.dts, packet.time_base
                again.stream, again.is_keyframe = stream, packet.is_keyframe
                target.mux(again)
    assert "midway" in uncopyable(Clip(path, "matroska"))


def test_copies_that_do_not_decode_are_made_anew_by_encoding(kit, monkeypatch):
    """Whatever the comparison overlooks, the finished file is decoded before it is believed."""
    clips = [kit.clip(5), kit.clip(5, options={"profile": "baseline"})]
    monkeypatch.setattr("render_container.stitching.assembly.reason_to_conform", lambda facts: None)
    done = kit.join(*clips)
    assert not done.copied
    assert "the copied result failed verification" in done.warnings[0]
    assert kit.look().marks == expected(5, 5)
    assert kit.progress == sorted(kit.progress)
