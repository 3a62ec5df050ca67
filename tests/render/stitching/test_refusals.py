"""Clips that cannot be used are named; nothing is left behind by work that ends early."""

import os
from pathlib import Path

import av
import pytest

from render_container.stitching import Clip, ClipError, StitchError
from render_container.stitching.verifying import Expected, verify


def refused(kit, *clips):
    with pytest.raises(ClipError) as caught:
        kit.join(*clips)
    assert [path.name for path in kit.folder.iterdir() if "result" in path.name] == []
    return caught.value


def noise(seed):
    """Pictures that do not compress, so that packets are large enough to be damaged."""
    import numpy as np

    numbers = np.random.default_rng(seed)
    return lambda index: numbers.integers(0, 255, (96, 128, 3), dtype=np.uint8)


def noisy(kit, **more):
    return kit.clip(20, size=(128, 96), draw=noise(kit.made), drawn="noise", **more)


@pytest.mark.parametrize("alike", [True, False])
def test_a_damaged_clip_in_the_middle_is_named_by_its_place(kit, alike):
    last = {} if alike else {"rate": 30}
    clips = [noisy(kit), noisy(kit), noisy(kit, **last)]
    data = bytearray(clips[1].path.read_bytes())
    for at in range(len(data) // 3, len(data) - 500, len(data) // 12):
        data[at : at + 400] = bytes((number * 197 + 91) % 256 for number in range(400))
    clips[1].path.write_bytes(data)
    error = refused(kit, *clips)
    assert error.index == 1
    assert error.message.startswith("cannot be decoded: ")
    assert str(error).startswith("clip 2 cannot be decoded")


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"name": "mkv"},
        {"name": "webm", "codec": "libvpx-vp9"},
        {"name": "avi", "codec": "mpeg4"},
    ],
)
def test_a_clip_that_was_cut_off_is_not_taken_for_a_shorter_one(kit, other):
    clips = [noisy(kit), noisy(kit, **other)]
    data = clips[1].path.read_bytes()
    clips[1].path.write_bytes(data[: len(data) // 2])
    error = refused(kit, *clips)
    assert (error.index, error.message[:18]) == (1, "cannot be decoded:")


@pytest.mark.parametrize("missing", [1, 40])
def test_a_clip_whose_last_bytes_are_missing_is_noticed(kit, missing):
    clip = noisy(kit)
    os.truncate(clip.path, clip.path.stat().st_size - missing)
    assert refused(kit, clip).message == "cannot be decoded: it is cut off"


@pytest.mark.parametrize("name", ["mp4", "mov"])
def test_a_clip_that_was_cut_off_between_two_packets_is_noticed_too(kit, name):
    clip = noisy(kit, name=name)
    with av.open(str(clip.path)) as media:
        last = max(packet.pos for packet in media.demux(video=0) if packet.size)
    os.truncate(clip.path, last)
    assert refused(kit, clip).message == "cannot be decoded: it is cut off"


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x18ftypisom", b"<html>not found</html>" * 99])
def test_what_is_no_movie_is_refused(kit, content):
    path = kit.folder / "other.mp4"
    path.write_bytes(content)
    error = refused(kit, kit.clip(3), Clip(path, "mov"))
    assert (error.index, error.message[:18]) == (1, "cannot be decoded:")


def test_a_file_without_pictures_is_refused(kit):
    path = kit.folder / "sound.mp4"
    with av.open(str(path), "w") as media:
        kit._tone(media, media.add_stream("aac", rate=48_000, layout="stereo"), 440.0, 0.5, 0.0)
    error = refused(kit, kit.clip(3), kit.clip(3), Clip(path, "mov"))
    assert (error.index, error.message) == (2, "has no picture")


def test_the_cover_of_a_song_is_no_picture(kit):
    path = kit.folder / "song.mp4"
    with av.open(str(path), "w") as media:
        sound = media.add_stream("aac", rate=48_000, layout="stereo")
        cover = media.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 36, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        media.mux(cover.encode(av.VideoFrame(64, 36, "yuvj420p")))
        media.mux(cover.encode(None))
        kit._tone(media, sound, 440.0, 0.5, 0.0)
    assert refused(kit, Clip(path, "mov")).message == "has no picture"


@pytest.mark.parametrize("demuxer", ["concat", "hls", "image2", "lavfi", "dash", "anything"])
def test_what_leads_to_other_files_is_never_opened(kit, demuxer):
    clip = kit.clip(3)
    path = kit.folder / "list.txt"
    path.write_text(f"ffconcat version 1.0\nfile '{clip.path.name}'\n")
    error = refused(kit, Clip(path, demuxer))
    assert "is not a movie" in error.message


def test_a_playlist_that_is_said_to_be_a_movie_is_not_followed(kit):
    clip = kit.clip(3)
    path = kit.folder / "list.mp4"
    path.write_text(f"#EXTM3U\n#EXTINF:1,\n{clip.path.name}\n#EXT-X-ENDLIST\n")
    assert "cannot be decoded" in refused(kit, Clip(path, "mov")).message


@pytest.mark.parametrize(("size", "said"), [((8194, 16), "8194 x 16"), ((16, 8200), "16 x 8200")])
def test_pictures_larger_than_a_result_can_be_are_refused(kit, size, said):
    large = kit.clip(1, size=size)
    error = refused(kit, kit.clip(3), large)
    assert error.index == 1
    assert "is too large" in error.message
    assert said in error.message


def test_a_clip_that_grows_midway_is_refused(kit):
    """Its header says 64 x 36, a later key frame 8208 x 16."""
    small = kit.clip(2, name="mkv", codec="libvpx-vp9")
    large = kit.clip(1, name="webm", codec="libvpx-vp9", size=(8208, 16))
    path = kit.folder / "grows.mkv"
    with av.open(str(small.path)) as one, av.open(str(large.path)) as other:
        packets = [bytes(p) for m in (one, other) for p in m.demux(video=0) if p.size]
        with av.open(str(path), "w") as target:
            stream = target.add_stream_from_template(one.streams.video[0])
            for number, data in enumerate(packets):
                packet = av.Packet(data)
                packet.pts = packet.dts = number * 40
                packet.time_base, packet.stream = stream.time_base, stream
                packet.is_keyframe = number != 1
                target.mux(packet)
    error = refused(kit, kit.clip(3), Clip(path, "matroska"))
    assert error.index == 1


def test_a_time_stamp_of_years_is_refused(kit):
    far = kit.clip(3, times=[0, 1, 25 * 3600 * 30], options={"bf": "0"})
    error = refused(kit, kit.clip(3), far)
    assert error.index == 1
    assert "too long" in error.message


class CancelledError(Exception):
    pass


@pytest.mark.parametrize("rate", [25, 30])
def test_work_that_is_cancelled_ends_at_once_and_leaves_nothing(kit, rate):
    clips = [kit.clip(20, tone=440.0), kit.clip(20, rate=rate)]
    calls = 0

    def count():
        nonlocal calls
        calls += 1

    kit.join(*clips, check=count)
    assert calls > 80  # more than once for every frame read, written and verified
    kit.result.unlink()
    for last in range(1, calls, max(1, calls // 8)):
        left = last

        def check():
            nonlocal left
            left -= 1
            if left <= 0:
                raise CancelledError

        with pytest.raises(CancelledError):
            kit.join(*clips, check=check)
        assert left == 0
        assert [path.name for path in kit.folder.iterdir() if "result" in path.name] == []


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_clip(kit):
    def check():
        raise OSError("the disk of the heartbeat")

    with pytest.raises(OSError, match="heartbeat"):
        kit.join(kit.clip(3), check=check)


def test_a_result_that_is_there_already_stays_until_the_new_one_is_whole(kit):
    clip = kit.clip(3)
    kit.result.write_bytes(b"old")
    path = kit.folder / "empty.mp4"
    path.write_bytes(b"")
    with pytest.raises(ClipError):
        kit.join(clip, Clip(path, "mov"))
    assert kit.result.read_bytes() == b"old"
    kit.join(clip)
    assert len(kit.look().frames) == 3


def test_progress_runs_from_nothing_to_one(kit):
    kit.join(*(kit.clip(10, rate=rate) for rate in (25, 30)))
    assert kit.progress == sorted(kit.progress)
    assert kit.progress[0] < 0.2
    assert kit.progress[-1] == 1
    assert len([share for share in kit.progress if 0.2 < share < 0.8]) >= 10


def test_no_clips_is_a_mistake_of_the_caller(kit):
    with pytest.raises(ValueError, match="clips must not be empty"):
        kit.join()


def test_names_that_look_like_protocols_are_files(kit, monkeypatch):
    clip = kit.clip(3)
    monkeypatch.chdir(kit.folder)
    odd = Path("concat:a b|c%d.mp4")
    clip.path.rename(odd)
    kit.result = Path("crypto:result %d.mp4")
    assert kit.join(Clip(odd, "mov")).frames == 3
    assert kit.result.stat().st_size > 0


@pytest.mark.parametrize(
    ("frames", "rate", "sound", "fits"),
    [(5, 25, True, True), (6, 25, True, False), (5, 24, True, False), (5, 25, False, False)],
)
def test_a_finished_file_with_anything_missing_is_found_out(kit, frames, rate, sound, fits):
    from fractions import Fraction

    clip = kit.clip(5, tone=440.0)
    expected = Expected(frames, Fraction(rate), sound)

    def run():
        verify(clip.path, expected, lambda: None, lambda seen: None)

    if fits:
        run()
    else:
        with pytest.raises(StitchError, match="instead of"):
            run()


def test_sound_that_is_too_short_is_found_out(kit):
    from fractions import Fraction

    clip = kit.clip(25, tone=440.0, sound={"seconds": 0.5})
    with pytest.raises(StitchError, match="samples of sound instead of 48000"):
        verify(clip.path, Expected(25, Fraction(25), True), lambda: None, lambda seen: None)
