"""Joins by the real worker: clips from URLs and rendered ones, whatever they are like."""

import functools
import http.server
import threading
from fractions import Fraction

import av
import numpy as np
import pytest

SIZE, RATE, FRAMES = (64, 36), 25, 5
GREYS = 8  # levels that survive compression, from 20 on


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def write_clip(path, grey, *, size=SIZE, rate=RATE, frames=FRAMES, codec="libx264", tone=False):
    """A clip of one grey level, with sound if `tone`."""
    with av.open(str(path), "w") as movie:
        video = movie.add_stream(codec, rate=rate)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        sound = movie.add_stream("aac", rate=48_000, layout="stereo") if tone else None
        picture = np.full((size[1], size[0], 3), grey, dtype=np.uint8)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            movie.mux(video.encode(frame))
        movie.mux(video.encode())
        if sound:
            samples = np.sin(np.arange(frames * 48_000 // rate) / 10).astype(np.float32)
            part = av.AudioFrame.from_ndarray(np.stack([samples] * 2), "fltp", "stereo")
            part.sample_rate, part.pts, part.time_base = 48_000, 0, Fraction(1, 48_000)
            movie.mux(sound.encode(part))
            movie.mux(sound.encode())


def grey_of(clip):
    return 20 + 25 * (clip % GREYS)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Clips on loopback: 0.mp4 to 59.mp4 alike, and some that differ."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(60):
        write_clip(folder / f"{number}.mp4", grey_of(number))
    write_clip(folder / "tall.mp4", grey_of(1), size=(36, 64))
    write_clip(folder / "fast.mp4", grey_of(2), rate=50, frames=10)
    write_clip(folder / "other.mov", grey_of(3), codec="mpeg4")
    write_clip(folder / "sound.mp4", grey_of(4), tone=True)
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def join(client, finish):
    """Submit a join and wait for its end; returns its jobs, the join first."""
    return lambda assets: finish(client.post("jobs/join", {"assets": assets})["id"])


def url(site, name):
    return {"type": "video", "src": f"{site}/{name}?signature=secret"}


def middles(path):
    """Grey level in the middle of each frame, and whether there is sound."""
    with av.open(str(path)) as movie:
        frames = [frame.to_ndarray(format="gray") for frame in movie.decode(video=0)]
        return [int(frame[frame.shape[0] // 2, frame.shape[1] // 2]) for frame in frames], bool(
            movie.streams.audio
        )


def assert_levels(found, wanted):
    assert len(found) == len(wanted)
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 6


def test_sixty_clips_that_agree_stand_in_order_frame_for_frame(client, join, site, tmp_path):
    (job,) = join([url(site, f"{number}.mp4") for number in range(60)])

    assert job["status"] == "finished", job["error"]
    assert job["output"]["frames"] == 60 * FRAMES
    assert job["output"]["duration"] == pytest.approx(60 * FRAMES / RATE)
    client.download(job, tmp_path / "joined.mp4")
    found, _ = middles(tmp_path / "joined.mp4")
    assert_levels(found, [grey_of(number) for number in range(60) for _ in range(FRAMES)])


def test_clips_that_differ_become_like_the_first(client, join, site, tmp_path):
    names = ["0.mp4", "tall.mp4", "fast.mp4", "other.mov", "sound.mp4"]

    (job,) = join([url(site, name) for name in names])

    assert job["status"] == "finished", job["error"]
    output = job["output"]
    assert (output["width"], output["height"], output["fps"]) == (*SIZE, RATE)
    assert output["frames"] == 5 * FRAMES
    assert job["warnings"], "says that pictures were encoded again"
    client.download(job, tmp_path / "joined.mp4")
    found, has_sound = middles(tmp_path / "joined.mp4")
    assert_levels(found, [grey_of(number) for number in range(5) for _ in range(FRAMES)])
    assert has_sound


def test_the_output_of_a_job_is_a_clip_by_its_url(client, join, site):
    (first,) = join([url(site, "0.mp4")])

    (second,) = join([{"type": "video", "src": first["outputUrl"]}, url(site, "1.mp4")])

    assert second["status"] == "finished", second["error"]
    assert second["output"]["frames"] == 2 * FRAMES


def test_rendered_clips_stand_between_those_from_urls(client, join, example, site):
    template = example("nested-basic")["assets"][0]["template"]
    rendered = {"type": "job", "template": template, "settings": {"engine": "open"}}

    joined, child = join([url(site, "0.mp4"), rendered, url(site, "1.mp4")])

    assert joined["status"] == "finished", joined["error"]
    assert joined["kind"] == "join"
    render = child["output"]
    expected = max(1, round(render["frames"] / render["fps"] * RATE))
    assert joined["output"]["frames"] == 2 * FRAMES + expected


def test_a_join_is_set_into_a_layer_like_any_job(client, finish, example, site):
    job = example("nested-basic") | {"settings": {"type": "image", "frames": 10}}
    job["assets"] = [
        {
            "type": "join",
            "layerName": "PrecompLayer",
            "assets": [url(site, "0.mp4"), {"type": "join", "assets": [url(site, "1.mp4")]}],
        }
    ]

    root, outer, inner = finish(client.submit(job)["id"])

    assert [each["status"] for each in (root, outer, inner)] == ["finished"] * 3, root["error"]
    assert outer["output"]["frames"] == 2 * FRAMES


def test_one_clip_that_cannot_be_had_ends_the_join_and_is_named(join, site):
    (job,) = join([url(site, "0.mp4"), url(site, "1.mp4"), url(site, "missing.mp4")])

    assert job["status"] == "error"
    assert "assets[2]" in job["error"]
    assert f"{site}/missing.mp4" in job["error"]
    assert "404" in job["error"]
    assert "secret" not in job["error"]
