"""Clips that differ are made like the first: size, shape, rate, colours."""

from fractions import Fraction

import av
import numpy as np
import pytest

BLACK = 12  # of 255; compression leaves no more of a black bar


def solid(size, *colour):
    return lambda index: np.full((size[1], size[0], len(colour)), colour, np.uint8)


def held(movie, clip):
    """The frame numbers shown of one clip."""
    return [number for mark, number in movie.marks if mark == clip]


def bright(frame):
    """Rows and columns (first, one past the last) that are not black."""
    shown = frame.max(axis=2) > 100
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    return (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [
        ((32, 36), (0, 36), (16, 48)),  # narrower: bars left and right
        ((64, 18), (9, 27), (0, 64)),  # wider: bars above and below
        ((128, 72), (0, 36), (0, 64)),  # the same shape: no bars
        ((36, 36), (0, 36), (14, 50)),
        ((16, 64), (0, 36), (28, 36)),  # 9 wide: even sizes only
    ],
)
def test_another_size_is_fitted_between_black_bars(kit, size, rows, columns):
    first = kit.clip(2, draw=solid((64, 36), 200, 200, 200))
    second = kit.clip(2, size=size, draw=solid(size, 250, 250, 250))
    done = kit.join(first, second)
    assert (done.width, done.height, done.copied) == (64, 36, False)
    frame = kit.look().frames[3]
    found_rows, found_columns = bright(frame)
    for found, wanted in ((found_rows, rows), (found_columns, columns)):
        assert abs(found[0] - wanted[0]) <= 1
        assert abs(found[1] - wanted[1]) <= 1
    inside = frame[rows[0] + 3 : rows[1] - 3, columns[0] + 3 : columns[1] - 3]
    assert inside.min() > 240
    bars = frame.copy()
    bars[max(0, rows[0] - 2) : rows[1] + 2, max(0, columns[0] - 2) : columns[1] + 2] = 0
    assert bars.max() <= BLACK


@pytest.mark.parametrize("first", [24, 25, Fraction(30000, 1001), 30, 60])
@pytest.mark.parametrize("second", [24, 25, Fraction(30000, 1001), 30, 60])
def test_frames_are_held_or_left_out_by_time(kit, first, second):
    if first == second:
        return
    clips = [kit.clip(6, rate=first), kit.clip(20, rate=second)]
    done = kit.join(*clips)
    count = round(Fraction(20) / second * Fraction(first))
    assert done.frames == 6 + count
    assert done.fps == first
    movie = kit.look()
    assert held(movie, 0) == list(range(6))
    shown = held(movie, 1)
    assert len(shown) == count
    for number, source in enumerate(shown):
        time = Fraction(number) / Fraction(first)
        assert source == min(19, int((time + Fraction(1, 10) / Fraction(first)) * Fraction(second)))


def test_half_the_rate_shows_each_picture_twice_and_double_the_rate_every_other(kit):
    clips = [kit.clip(4, rate=30), kit.clip(5, rate=15), kit.clip(10, rate=60)]
    kit.join(*clips)
    movie = kit.look()
    assert held(movie, 1) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert held(movie, 2) == [0, 2, 4, 6, 8]


def test_rounded_times_of_matroska_do_not_upset_the_order(kit):
    """30000/1001 is written in whole milliseconds there."""
    rate = Fraction(30000, 1001)
    first = kit.clip(4, rate=rate)
    second = kit.clip(28, rate=rate, name="webm", codec="libvpx-vp9", options={"lossless": "1"})
    done = kit.join(first, second)
    assert (done.frames, done.fps) == (32, rate)
    assert held(kit.look(), 1) == list(range(28))


@pytest.mark.parametrize(
    "other",
    [
        {"name": "mov", "codec": "prores_ks", "pixels": "yuv422p10le"},
        {"name": "avi", "codec": "mpeg4"},
        {"name": "webm", "codec": "libvpx-vp9"},
        {"name": "mpg", "codec": "mpeg2video"},
        {"name": "mp4", "codec": "libx265"},
        {"name": "mkv", "codec": "libx264", "pixels": "yuv444p"},
        {"name": "avi", "codec": "libx264", "options": {"bf": "3", "crf": "6"}},
        {"name": "mov", "codec": "png", "pixels": "rgb24"},
    ],
)
@pytest.mark.parametrize("leads", [False, True])
def test_other_codecs_are_taken_picture_for_picture(kit, other, leads):
    clips = [kit.clip(8, **other), kit.clip(8)] if leads else [kit.clip(8), kit.clip(8, **other)]
    done = kit.join(*clips)
    assert (done.frames, done.copied) == (16, False)
    movie = kit.look()
    assert movie.marks == [(clip, number) for clip in (0, 1) for number in range(8)]
    assert movie.codecs == ["h264"]
    assert movie.details["pixels"] == "yuv420p"
    assert movie.details["rate"] == 25


@pytest.mark.parametrize("degrees", [90, 180, -90])
@pytest.mark.parametrize("flipped", [False, True])
def test_turned_and_mirrored_clips_are_shown_as_players_show_them(kit, degrees, flipped):
    """Against a rotation counter-clockwise, then mirroring left to right."""

    def corners(index):
        picture = np.zeros((36, 64, 3), np.uint8)
        picture[:18, :32], picture[:18, 32:] = (220, 0, 0), (0, 220, 0)
        picture[18:, :32] = (0, 0, 220)
        return picture

    def turn(stream):
        stream.set_display_rotation(degrees, hflip=flipped)

    size = (36, 64) if degrees % 180 else (64, 36)
    first = kit.clip(1, size=size, draw=solid(size, 90, 90, 90))
    kit.join(first, kit.clip(1, draw=corners, prepare=turn))
    wanted = corners(0)
    wanted = np.rot90(wanted, degrees // 90)
    wanted = wanted[:, ::-1] if flipped else wanted
    found = kit.look().frames[1]
    assert found.shape == wanted.shape
    for row in (0.2, 0.8):
        for column in (0.2, 0.8):
            at = int(found.shape[0] * row), int(found.shape[1] * column)
            assert np.abs(found[at].astype(int) - wanted[at]).max() < 40


def test_the_result_is_upright_when_the_first_clip_is_turned(kit):
    first = kit.clip(2, prepare=lambda stream: stream.set_display_rotation(90))
    done = kit.join(first, kit.clip(2))
    assert (done.width, done.height) == (36, 64)
    assert kit.look().details["rotation"] == 0


def test_pixels_that_are_not_square_are_shown_in_their_shape(kit):
    def wide(stream):
        stream.codec_context.sample_aspect_ratio = Fraction(2)

    square = kit.clip(1, size=(64, 32), draw=solid((64, 32), 200, 200, 200))
    squeezed = kit.clip(1, size=(32, 32), draw=solid((32, 32), 250, 250, 250), prepare=wide)
    kit.join(square, squeezed)
    assert bright(kit.look().frames[1]) == ((0, 32), (0, 64))
    done = kit.join(squeezed, square)
    assert (done.width, done.height) == (64, 32)


def test_odd_sizes_become_even(kit):
    clips = [kit.clip(2, size=(63, 37), name="mov", codec="png", pixels="rgb24") for _ in "12"]
    done = kit.join(*clips)
    assert (done.width, done.height) in {(64, 36), (62, 36), (64, 38), (62, 38)}
    assert kit.look().marks == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("codec", "pixels"), [("prores_ks", "yuva444p10le"), ("png", "rgba"), ("qtrle", "argb")]
)
def test_transparency_is_laid_on_black(kit, codec, pixels):
    def half(index):
        picture = np.zeros((36, 64, 4), np.uint8)
        picture[..., :3] = 200
        picture[:, :22, 3], picture[:, 22:42, 3] = 255, 128
        return picture

    options = {"profile": "4"} if codec == "prores_ks" else {}
    clip = kit.clip(2, name="mov", codec=codec, pixels=pixels, draw=half, options=options)
    done = kit.join(clip)
    frame = kit.look().frames[0][18].astype(int)
    assert abs(frame[10] - 200).max() < 12
    assert abs(frame[32] - 100).max() < 12
    assert frame[55].max() < BLACK
    assert any("transparent" in warning for warning in done.warnings)


@pytest.mark.parametrize("height", [36, 720])
@pytest.mark.parametrize("colour", [(200, 40, 40), (40, 200, 40), (40, 40, 200)])
def test_colours_stay_what_they_were(kit, height, colour):
    """Untagged pictures are BT.601 when small and BT.709 when large; the result is tagged 709."""
    size = (64, height)

    def encoded(index):
        return np.full((height, 64, 3), colour, np.uint8)

    rgb = kit.clip(1, size=size, draw=encoded, name="mov", codec="png", pixels="rgb24")
    kit.join(rgb)
    movie = kit.look()
    assert movie.details["colours"] == (1, 1)
    with av.open(str(kit.result)) as media:
        frame = next(media.decode(video=0))
        found = frame.to_ndarray(
            format="rgb24", src_colorspace="ITU709", src_color_range="MPEG",
            dst_color_range="JPEG",
        )  # fmt: skip
    assert np.abs(found[height // 2, 32].astype(int) - colour).max() < 8


@pytest.mark.parametrize(("height", "space"), [(36, "ITU601"), (720, "ITU709")])
def test_untagged_pictures_are_read_by_their_height(kit, height, space):
    colour = (40, 200, 40)
    path = kit.folder / "untagged.avi"
    with av.open(str(path), "w") as media:
        stream = media.add_stream("mpeg4", rate=25, options={"qscale": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, height, "yuv420p"
        stream.bit_rate = 8_000_000
        source = av.VideoFrame.from_ndarray(np.full((height, 64, 3), colour, np.uint8), "rgb24")
        frame = source.reformat(format="yuv420p", dst_colorspace=space, dst_color_range="MPEG")
        plain = av.VideoFrame.from_ndarray(frame.to_ndarray(), "yuv420p")
        media.mux(stream.encode(plain))
        media.mux(stream.encode(None))
    kit.join(type(kit.clip(1))(path, "avi"))
    with av.open(str(kit.result)) as media:
        found = next(media.decode(video=0)).to_ndarray(
            format="rgb24", src_colorspace="ITU709", src_color_range="MPEG",
            dst_color_range="JPEG",
        )  # fmt: skip
    assert np.abs(found[height // 2, 32].astype(int) - colour).max() < 12


def test_full_range_is_made_limited(kit):
    clip = kit.clip(1, name="mov", codec="mjpeg", pixels="yuvj420p", draw=solid((64, 36), 0, 0, 0))
    white = kit.clip(
        1, name="mov", codec="mjpeg", pixels="yuvj420p", draw=solid((64, 36), 255, 255, 255)
    )
    kit.join(clip, white)
    with av.open(str(kit.result)) as media:
        levels = [frame.to_ndarray()[:36].mean() for frame in media.decode(video=0)]
    assert levels == pytest.approx([16, 235], abs=2)


def test_full_range_is_known_by_its_tag_too(kit):
    """Levels 16 and 235 in a stream that says 0 to 255 are a dark grey and a light one."""

    def full(stream):
        stream.codec_context.color_range = 2

    clips = [
        kit.clip(
            1, name="webm", codec="libvpx-vp9", draw=solid((64, 36), *[level] * 3), prepare=full
        )
        for level in (0, 255)
    ]
    kit.join(*clips)
    with av.open(str(kit.result)) as media:
        levels = [frame.to_ndarray()[:36].mean() for frame in media.decode(video=0)]
    assert levels == pytest.approx([16 + 16 * 219 / 255, 16 + 235 * 219 / 255], abs=2)


def test_more_bits_and_range_than_eight_are_named(kit):
    def hdr(stream):
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = 16, 9, 9

    deep = kit.clip(3, codec="libx265", pixels="yuv420p10le", prepare=hdr)
    done = kit.join(kit.clip(3), deep)
    assert any("Clip 2 has 10 bits" in warning for warning in done.warnings)
    assert any("Clip 2 has a high dynamic range" in warning for warning in done.warnings)
    assert len(kit.look().frames) == 6


def test_pictures_at_uneven_times_are_held_by_time(kit):
    uneven = kit.clip(5, times=[0, 1, 5, 6, 12], options={"bf": "0"})
    done = kit.join(kit.clip(3), uneven)
    shown = held(kit.look(), 0)
    assert done.frames == 3 + len(shown)
    assert shown[:13] == [0, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 4]


def test_a_first_clip_of_uneven_times_gives_a_steady_result(kit):
    uneven = kit.clip(5, times=[0, 1, 5, 6, 12], options={"bf": "0"})
    done = kit.join(uneven, kit.clip(3))
    movie = kit.look()
    assert not done.copied
    steps = {round(float(b - a), 3) for a, b in zip(movie.times, movie.times[1:], strict=False)}
    assert max(steps) - min(steps) <= 0.0011
    assert len(movie.frames) == done.frames


def test_a_clip_shorter_than_a_frame_is_still_seen(kit):
    assert kit.join(kit.clip(3, rate=24), kit.clip(1, rate=60)).frames == 4
    assert held(kit.look(), 1) == [0]


def test_sixty_clips_that_differ(kit):
    clips = [kit.clip(3, rate=rate) for rate in (30, 25)]
    done = kit.join(*clips * 30)
    assert done.frames == 30 * 3 + 30 * round(3 * 30 / 25)
    assert len(kit.look().frames) == done.frames


def test_the_result_begins_with_its_index_so_that_it_plays_while_it_loads(kit):
    for other in ({}, {"rate": 30}):
        kit.join(kit.clip(3), kit.clip(3, **other))
        data = kit.result.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")
