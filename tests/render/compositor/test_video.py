"""Movies as footage: the right frame, the right colour, alpha, loops."""

import av
import numpy as np
import pytest

from render_container.compositor.errors import FootageError
from render_container.compositor.media import Interpretation
from render_container.compositor.video import Video


def numbered_frames(count, size=(48, 64)):
    """Grey frames whose level tells their number."""
    return [np.full((*size, 3), 20 + 8 * index, dtype=np.uint8) for index in range(count)]


def level(image):
    return round((int(image.toarray()[20, 20, 0]) - 20) / 8)


def grey(frame):
    return round((int(frame[24, 32, 0]) - 20) / 8)


@pytest.mark.parametrize("bframes", ["0", "3"])
def test_every_frame_is_found_in_order_backwards_and_at_random(movie, bframes):
    path = movie(numbered_frames(28), bf=bframes, g="10", crf="1")
    video = Video(path, Interpretation())
    assert video.frames == 28
    assert [level(video.image(n)) for n in range(28)] == list(range(28))
    assert [level(video.image(n)) for n in range(27, -1, -1)] == list(range(27, -1, -1))
    order = np.random.default_rng(2).permutation(28).tolist()
    assert [level(video.image(n)) for n in order] == order


def test_a_far_jump_seeks_and_still_hits_the_frame(movie):
    frames = [np.full((32, 32, 3), 20 + 8 * (n % 28), np.uint8) for n in range(300)]
    path = movie(frames, bf="2", g="25", crf="1")
    video = Video(path, Interpretation())
    for number in (0, 299, 3, 260, 261, 40):
        assert level(video.image(number)) == number % 28


def test_two_layers_may_read_one_movie_at_different_times(studio, movie):
    item = studio.footage(movie(numbered_frames(25), crf="1"))
    comp = studio.comp()
    comp.add(item)
    late = comp.add(item)
    late.start_time = 0.4
    late.transform.scale.value = [50, 50, 100]
    output = studio.folder / "out_[###].png"
    studio.run("-output", str(output), "-OMtemplate", "image_png", "-s", "0", "-e", "24")
    from PIL import Image

    for number in range(10, 25):
        frame = np.asarray(Image.open(studio.folder / f"out_{number:03d}.png"))
        assert round((int(frame[24, 32, 0]) - 20) / 8) == number - 10
        assert round((int(frame[2, 2, 0]) - 20) / 8) == number


def test_footage_of_another_rate_shows_the_latest_frame(studio, movie):
    item = studio.footage(movie(numbered_frames(10), rate=10, crf="1"))
    studio.comp(rate=25.0).add(item)
    for number in (0, 2, 3, 4, 5, 12, 24):
        assert grey(studio.frame(number)) == int(number / 25 * 10 + 1e-9)


def test_nothing_shows_after_the_end_unless_it_loops(studio, movie):
    item = studio.footage(movie(numbered_frames(5), crf="1"))
    comp = studio.comp()
    layer = comp.add(item)
    layer.out_point = 1.0
    assert studio.frame(4)[24, 32, 3] == 255
    assert studio.frame(5)[24, 32, 3] == 0
    item.main_source.loop = 3
    layer.out_point = 1.0
    assert grey(studio.frame(7)) == 2
    assert studio.frame(15)[24, 32, 3] == 0


def test_prores_4444_alpha_comes_back(studio, tmp_path):
    inner = studio.comp("inner")
    layer = studio.solid(inner, (1.0, 0.5, 0.0), (30, 48))
    layer.transform.opacity.value = 50
    path = tmp_path / "alpha.mov"
    studio.run("-output", str(path), "-OMtemplate", "video_prores_4444", comp="inner")
    studio.comp().add(studio.footage(path))
    frame = studio.frame()
    assert frame[24, 32].tolist() == pytest.approx([255, 128, 0, 128], abs=4)
    assert frame[24, 3, 3] == 0


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40)])
def test_colours_survive_a_round_trip_through_hd_and_sd_movies(studio, tmp_path, colour):
    for size in ((1280, 720), (320, 240)):
        comp = studio.comp(f"c{size[1]}", size, seconds=0.08)
        studio.solid(comp, tuple(value / 255 for value in colour))
        path = tmp_path / f"colour{size[1]}.mp4"
        studio.run("-output", str(path), "-OMtemplate", "video_h264_vbr_40mbps", comp=comp.name)
        image = Video(path, Interpretation()).image(0).toarray()
        assert image[100, 100, [2, 1, 0]].tolist() == pytest.approx(colour, abs=3)


def test_untagged_small_movies_are_bt601_and_large_ones_bt709(tmp_path):
    """A pure red in each matrix: Y'CbCr as the standards give it, limited range."""
    reds = {(480, 640): (81, 90, 240), (720, 1280): (63, 102, 240)}
    for (height, width), (y, cb, cr) in reds.items():
        path = tmp_path / f"untagged{height}.mkv"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"crf": "1"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
            planes = np.empty((3, height, width), np.uint8)
            planes[:] = np.reshape((y, cb, cr), (3, 1, 1))
            frame = av.VideoFrame.from_ndarray(planes, format="yuv444p")
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        image = Video(path, Interpretation()).image(0).toarray()
        assert image[50, 50, [2, 1, 0]].tolist() == pytest.approx([255, 0, 0], abs=3)


def test_a_damaged_movie_stops_the_render_by_name(studio, movie):
    path = movie(numbered_frames(5))
    studio.comp().add(studio.footage(path))
    path.write_bytes(b"\0\0\0\x20ftypisom" + b"\0" * 3000)
    with pytest.raises(FootageError, match=r"Could not read from source .*movie\.mp4"):
        studio.frame()


def test_a_movie_cut_short_stops_the_render_instead_of_freezing(studio, movie):
    frames = [np.full((240, 320, 3), 20 + n, dtype=np.uint8) for n in range(50)]
    path = movie(frames, crf="1", g="5")
    studio.comp(seconds=2.0).add(studio.footage(path))
    with av.open(str(path)) as container:
        ends = sorted(packet.pos for packet in container.demux(video=0) if packet.pos is not None)
    path.write_bytes(path.read_bytes()[: ends[30]])  # between two frames: no error in the data
    assert studio.frame(1)[24, 32, 3] == 255
    with pytest.raises(FootageError, match=r"Could not read from source .*movie\.mp4"):
        studio.frame(45)


def test_a_playlist_in_a_movies_clothes_is_not_followed(movie, tmp_path):
    secret = movie(numbered_frames(5), "secret.ts")
    disguises = {
        "hls.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
        "concat.mov": f"ffconcat version 1.0\nfile {secret.name}\n",
    }
    for name, text in disguises.items():
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(FootageError, match="Could not read from source"):
            Video(path, Interpretation()).image(0)


def test_a_file_whose_name_looks_like_an_address_is_a_file(movie, tmp_path):
    folder = tmp_path / "http:"
    folder.mkdir()
    path = movie(numbered_frames(3), "plain.mp4").rename(folder / "a%41 b.mp4")
    assert Video(path, Interpretation()).frames == 3
