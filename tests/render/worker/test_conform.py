"""What engines choke on becomes what they read: same pictures, alpha, length, rate and sound."""

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from intarsia.domain.states import Status
from render_container.worker.conform import ConformError, conformed, needs_conforming, writing
from render_container.worker.conform.pictures import Shown, steady, usual_rate
from render_container.worker.sniff import FileType, file_type

SIZE = (64, 36)


def _kind(path: Path) -> FileType:
    kind = file_type(path)
    assert kind is not None
    return kind


def _conform(path: Path, *, sound_only: bool = False) -> Path:
    return conformed(path, _kind(path), sound_only=sound_only, check=lambda: None)


def _needs(path: Path, asked: bool | None, *, sound_only: bool = False) -> bool:
    return needs_conforming(
        path, _kind(path), asked=asked, sound_only=sound_only, check=lambda: None
    )


def _pictures(path: Path) -> list[Any]:
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format="rgba") for frame in movie.decode(video=0)]


def _facts(path: Path) -> tuple[str, str, Fraction, float]:
    with av.open(str(path)) as movie:
        video = movie.streams.video[0]
        context = video.codec_context
        seconds = float((video.duration or 0) * (video.time_base or 0))
        return context.name, str(context.pix_fmt), Fraction(video.average_rate or 0), seconds


def _near(pixel: Any, wanted: tuple[int, ...]) -> bool:
    return all(abs(int(one) - other) <= 6 for one, other in zip(pixel, wanted, strict=False))


def _animation(path: Path, durations: list[int], **options: Any) -> Path:
    """Every picture has a level of red of its own; its right half can be seen through."""
    alpha = 0 if path.suffix == ".gif" else 100
    frames = []
    for number in range(len(durations)):
        image = Image.new("RGBA", SIZE, (40 + 30 * number, 0, 0, 255))
        image.paste((0, 0, 0, alpha), (SIZE[0] // 2, 0, *SIZE))
        frames.append(image)
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, **options)
    return path


@pytest.mark.parametrize(
    ("name", "options"), [("a.gif", {"disposal": 2}), ("a.webp", {"lossless": True})]
)
def test_an_animation_becomes_a_movie_with_alpha(
    tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    movie = _conform(_animation(tmp_path / name, [100, 200, 100, 400], **options))
    codec, pixels, rate, seconds = _facts(movie)
    assert (codec, rate) == ("prores", 10)
    assert pixels.startswith("yuva444p")
    assert seconds == pytest.approx(0.8)
    pictures = _pictures(movie)
    levels = [40, 70, 70, 100, 130, 130, 130, 130]
    assert [_near(picture[18, 8], (level, 0, 0, 255)) for picture, level in zip(
        pictures, levels, strict=True
    )] == [True] * 8  # fmt: skip
    alpha = 0 if name == "a.gif" else 100
    assert all(abs(int(picture[18, 56, 3]) - alpha) <= 1 for picture in pictures)


def test_durations_of_nothing_are_what_browsers_make_of_them(tmp_path: Path) -> None:
    movie = _conform(_animation(tmp_path / "a.gif", [0, 10, 0], disposal=2))
    assert _facts(movie)[2:] == (10, pytest.approx(0.3))


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_a_picture_that_does_not_move_becomes_a_png(tmp_path: Path, name: str) -> None:
    image = Image.new("RGBA", (40, 30), (200, 10, 10, 255))
    image.paste((0, 0, 0, 0), (20, 0, 40, 30))
    image.save(tmp_path / name, lossless=True)
    png = _conform(tmp_path / name)
    with Image.open(png) as result:
        assert (result.format, result.size) == ("PNG", (40, 30))
        pixels = result.convert("RGBA")
        assert pixels.getpixel((5, 5)) == (200, 10, 10, 255)
        assert pixels.getpixel((35, 5))[3] == 0


def test_a_photo_is_turned_upright_when_asked(tmp_path: Path) -> None:
    photo = Image.new("RGB", (40, 30), (0, 0, 200))
    photo.paste((200, 0, 0), (0, 0, 40, 5))
    exif = Image.Exif()
    exif[0x0112] = 6  # the top is on the right
    photo.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    assert not _needs(tmp_path / "photo.jpg", None)
    assert _needs(tmp_path / "photo.jpg", True)
    with Image.open(_conform(tmp_path / "photo.jpg")) as upright:
        assert upright.size == (30, 40)
        assert _near(upright.getpixel((28, 20)), (200, 0, 0))
        assert _near(upright.getpixel((2, 20)), (0, 0, 200))


def _webm(path: Path, codec: str, *, alpha: bool, sound: bool = False) -> Path:
    with av.open(str(path), "w", format="webm") as movie:
        stream: Any = movie.add_stream(codec, rate=25, options={"b": "2M", "auto-alt-ref": "0"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuva420p" if alpha else "yuv420p"
        if alpha:
            stream.metadata["alpha_mode"] = "1"
        audio: Any = movie.add_stream("libopus", rate=48000) if sound else None
        for number in range(10):
            pixels = np.zeros((*SIZE[::-1], 4), np.uint8)
            pixels[...] = (20 * number, 200, 0, 255)
            pixels[:, 32:, 3] = 100
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
            movie.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        movie.mux(stream.encode())
        for frame in _tone(0.4) if sound else ():
            movie.mux(audio.encode(frame))
        if sound:
            movie.mux(audio.encode())
    return path


def _tone(seconds: float) -> Iterator[av.AudioFrame]:
    samples = np.sin(np.arange(int(48000 * seconds)) * 2 * math.pi * 440 / 48000) * 12000
    for start in range(0, len(samples), 960):
        piece = np.repeat(samples[start : start + 960].astype(np.int16), 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        yield frame


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_the_alpha_of_webm_survives(tmp_path: Path, codec: str) -> None:
    movie = _conform(_webm(tmp_path / "a.webm", codec, alpha=True))
    name, pixels, rate, seconds = _facts(movie)
    assert (name, rate, seconds) == ("prores", 25, pytest.approx(0.4))
    assert pixels.startswith("yuva444p")
    pictures = _pictures(movie)
    assert len(pictures) == 10
    assert all(picture[18, 8, 3] > 250 for picture in pictures)
    assert all(abs(int(picture[18, 56, 3]) - 100) < 4 for picture in pictures)
    reds = [int(picture[18, 8, 0]) for picture in pictures]
    assert reds == sorted(reds)
    assert reds[-1] > 140


def test_webm_without_alpha_keeps_its_sound(tmp_path: Path) -> None:
    movie = _conform(_webm(tmp_path / "a.webm", "libvpx-vp9", alpha=False, sound=True))
    assert _facts(movie) == ("prores", "yuv422p10le", 25, pytest.approx(0.4))
    with av.open(str(movie)) as opened:
        audio = opened.streams.audio[0]
        assert (audio.codec_context.name, audio.rate) == ("pcm_s16le", 48000)
        heard = np.concatenate([f.to_ndarray().reshape(-1, 2) for f in opened.decode(audio)])
    assert len(heard) == 19200
    assert 11000 < np.abs(heard[2400:-2400]).max() < 13000


def _sound(path: Path, container: str, codec: str) -> Path:
    with av.open(str(path), "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=48000, layout="stereo")
        resampler = av.AudioResampler(
            format=stream.format, layout="stereo", rate=48000, frame_size=stream.frame_size or 960
        )
        for frame in [*_tone(1.0), None]:
            for piece in resampler.resample(frame):
                file.mux(stream.encode(piece))
        file.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("container", "codec"), [("ogg", "libopus"), ("ogg", "flac"), ("mp3", "libmp3lame")]
)
def test_sound_becomes_a_wav(tmp_path: Path, container: str, codec: str) -> None:
    wav = _conform(_sound(tmp_path / "a", container, codec), sound_only=True)
    with av.open(str(wav)) as opened:
        stream = opened.streams.audio[0]
        assert (opened.format.name, stream.codec_context.name) == ("wav", "pcm_s16le")
        heard = np.concatenate([f.to_ndarray().reshape(-1, 2) for f in opened.decode(stream)])
    assert abs(len(heard) - 48000) < 2400
    assert 11000 < np.abs(heard[4800:-4800]).max() < 13000
    spectrum = np.abs(np.fft.rfft(heard[4800:28800, 0]))
    assert int(np.argmax(spectrum)) == 220  # 440 Hz in half a second


def _unsteady(path: Path, times: list[int]) -> Path:
    """A movie whose pictures come at these milliseconds."""
    with av.open(str(path), "w") as movie:
        stream: Any = movie.add_stream("libx264", rate=25, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times):
            pixels = np.full((*SIZE[::-1], 3), 25 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            movie.mux(stream.encode(frame))
        movie.mux(stream.encode())
    return path


def test_an_unsteady_movie_becomes_steady(tmp_path: Path) -> None:
    times = [0, 40, 80, 200, 240, 280, 320, 360]
    path = _unsteady(tmp_path / "a.mp4", times)
    assert _needs(path, None)
    assert _needs(path, True)
    assert not _needs(path, False)
    movie = _conform(path)
    rate = _facts(movie)[2]
    levels = [int(picture[18, 18, 0]) for picture in _pictures(movie)]
    for number, time in enumerate(times):
        shown = levels[int((time + 5) / 1000 * rate + Fraction(1, 2))]
        assert abs(shown - 25 * number) <= 25


def _movie(path: Path, codec: str, pixels: str, sound: str | None = None) -> Path:
    with av.open(str(path), "w") as movie:
        stream: Any = movie.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = *SIZE, pixels
        audio: Any = movie.add_stream(sound, rate=48000) if sound else None
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((*SIZE[::-1], 3), np.uint8), "rgb24")
            movie.mux(stream.encode(frame.reformat(format=pixels)))
        movie.mux(stream.encode())
        if audio is not None:
            heard = av.AudioFrame.from_ndarray(
                np.zeros((2, 9600), np.float32), format="fltp", layout="stereo"
            )
            heard.sample_rate = 48000
            movie.mux(audio.encode(heard))
            movie.mux(audio.encode())
    return path


@pytest.mark.parametrize(
    ("codec", "pixels", "sound"),
    [
        ("libx264", "yuv444p", None),
        ("libx264", "yuv420p10le", None),
        ("libx265", "yuv420p", None),
        ("libx264", "yuv420p", "libopus"),
        ("mpeg4", "yuv420p", None),
    ],
)
def test_a_movie_that_after_effects_may_not_read_is_conformed_unasked(
    tmp_path: Path, codec: str, pixels: str, sound: str | None
) -> None:
    path = _movie(tmp_path / "a.mp4", codec, pixels, sound)
    assert _needs(path, None)
    name, fmt, rate, _ = _facts(_conform(path))
    assert (name, fmt, rate) == ("prores", "yuv422p10le", 25)


@pytest.mark.parametrize(
    ("codec", "pixels", "sound"),
    [
        ("libx264", "yuv420p", "aac"),
        ("prores_ks", "yuva444p10le", "pcm_s16le"),
        ("qtrle", "argb", None),
    ],
)
def test_a_movie_that_after_effects_reads_is_left_alone(
    tmp_path: Path, codec: str, pixels: str, sound: str | None
) -> None:
    assert not _needs(_movie(tmp_path / "a.mov", codec, pixels, sound), None)


def test_a_cmyk_photo_becomes_rgb_unasked(tmp_path: Path) -> None:
    Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    Image.new("RGB", (20, 20)).save(tmp_path / "b.jpg")
    assert _needs(tmp_path / "a.jpg", None)
    assert not _needs(tmp_path / "b.jpg", None)
    with Image.open(_conform(tmp_path / "a.jpg")) as picture:
        assert picture.mode == "RGB"
        assert _near(picture.getpixel((10, 10)), (255, 0, 0))


def test_a_plain_movie_is_left_alone_even_when_asked(media: Path) -> None:
    for name in ("clip.mp4", "tone.wav", "red.png"):
        assert not _needs(media / name, True, sound_only=name == "tone.wav")
    assert _needs(media / "clip.mp4", True, sound_only=True) is True


def test_what_the_client_does_not_want_is_not_done(tmp_path: Path) -> None:
    path = _animation(tmp_path / "a.gif", [100, 100])
    assert _needs(path, None)
    assert _needs(path, True)
    assert not _needs(path, False)


def test_odd_sizes_keep_their_size(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (33, 17), (level, 0, 0)) for level in (50, 150)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    assert _pictures(_conform(tmp_path / "a.gif"))[0].shape == (17, 33, 4)


def test_a_file_that_grows_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BYTES", 100)
    with pytest.raises(ConformError, match="becomes larger than 100 bytes"):
        _conform(_animation(tmp_path / "a.gif", [100] * 6))


def test_a_damaged_file_is_a_plain_refusal(tmp_path: Path) -> None:
    whole = _webm(tmp_path / "a.webm", "libvpx-vp9", alpha=True).read_bytes()
    animation = _animation(tmp_path / "a.webp", [100] * 5).read_bytes()
    for content in (whole, animation):
        path = tmp_path / "cut"
        path.write_bytes(content[: len(content) // 3])
        with pytest.raises(ConformError, match="cannot be decoded"):
            _conform(path)


@settings(max_examples=50)
@given(
    holds=st.lists(st.integers(1, 300), min_size=1, max_size=20),
    rate=st.sampled_from([Fraction(10), Fraction(25), Fraction(30000, 1001), Fraction(60)]),
)
def test_a_steady_rate_shows_each_moment_what_was_on_screen(
    holds: list[int], rate: Fraction
) -> None:
    ends = [Fraction(sum(holds[: number + 1]), 1000) for number in range(len(holds))]
    pictures: list[Any] = list(range(len(holds)))
    given_pictures = (Shown(*pair) for pair in zip(pictures, ends, strict=True))
    written = list(steady(given_pictures, rate))
    assert len(written) == max(1, math.ceil(ends[-1] * rate - Fraction(1, 2)))
    for number, picture in enumerate(written):
        moment = (number + Fraction(1, 2)) / rate
        if moment < ends[-1]:
            assert picture == next(n for n, end in enumerate(ends) if moment < end)


@settings(max_examples=50)
@given(rate=st.fractions(Fraction(1, 10), 1000))
def test_a_rate_is_one_that_a_movie_can_have(rate: Fraction) -> None:
    assert 1 <= usual_rate(rate) <= 120


def test_an_animation_is_drawn_into_its_layer(
    desk: Any, template: Path, site: Any, tmp_path: Path
) -> None:
    path = _animation(tmp_path / "a.gif", [500, 500], disposal=2)
    site.pages["/a"] = path.read_bytes()
    asset = {
        "type": "image", "layerName": "Picture", "src": f"{site.url}/a", "name": "Feuer.gif",
    }  # fmt: skip
    done = desk.render(desk.add(template, assets=[asset], codec="video_h264_vbr_5mbps"))
    assert done.status is Status.FINISHED, done.verdict
    with av.open(str(desk.output(done, tmp_path / "out.mp4"))) as movie:
        drawn = [frame.to_ndarray(format="rgb24")[18] for frame in movie.decode(video=0)]
    assert drawn[1][8, 0] < drawn[8][8, 0] - 15  # the second picture is redder
    assert drawn[1][56, 2] > 150  # the blue solid behind the half that is see-through
