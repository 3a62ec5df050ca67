"""What a file really is and whether it can be decoded."""

import struct
import zlib
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from render_container.injection.plan import MediaInfo
from render_container.worker.probe import ProbeError, Want, probe
from render_container.worker.sniff import FileType, file_type


def _probe(path: Path, want: Want = "video") -> MediaInfo | None:
    kind = file_type(path)
    assert kind is not None
    return probe(path, kind, want)


@pytest.mark.parametrize(
    ("format_name", "extension"),
    [
        ("PNG", "png"),
        ("JPEG", "jpg"),
        ("GIF", "gif"),
        ("WEBP", "webp"),
        ("TIFF", "tif"),
        ("BMP", "bmp"),
    ],
)
def test_pictures_are_known_by_their_content(
    tmp_path: Path, format_name: str, extension: str
) -> None:
    path = tmp_path / "picture.mov"
    Image.new("RGB", (40, 30), (9, 9, 9)).save(path, format=format_name)
    kind = file_type(path)
    assert kind is not None
    assert kind.extension == extension
    info = _probe(path)
    assert info is not None
    assert (info.width, info.height, info.has_alpha) == (40, 30, False)


@pytest.mark.parametrize(
    ("container", "codec", "extension"),
    [
        ("mp4", "mpeg4", "mp4"),
        ("mov", "mpeg4", "mov"),
        ("webm", "libvpx", "webm"),
        ("matroska", "mpeg4", "mkv"),
        ("avi", "mpeg4", "avi"),
        ("mpeg", "mpeg2video", "mpg"),
    ],
)
def test_movies_are_known_by_their_content(
    tmp_path: Path, container: str, codec: str, extension: str
) -> None:
    path = tmp_path / "movie.png"
    _movie(path, container, codec)
    kind = file_type(path)
    assert kind is not None
    assert kind.extension == extension
    info = _probe(path)
    assert info is not None
    assert (info.width, info.height) == (64, 48)
    assert info.fps == pytest.approx(25)
    assert not info.has_audio


@pytest.mark.parametrize(
    ("container", "codec", "extension"),
    [
        ("mp3", "libmp3lame", "mp3"),
        ("wav", "pcm_s16le", "wav"),
        ("aiff", "pcm_s16be", "aif"),
        ("flac", "flac", "flac"),
        ("ogg", "libopus", "ogg"),
        ("adts", "aac", "aac"),
        ("ipod", "aac", "m4a"),
    ],
)
def test_sounds_are_known_by_their_content_and_are_no_picture(
    tmp_path: Path, container: str, codec: str, extension: str
) -> None:
    path = tmp_path / "sound"
    _sound(path, container, codec)
    kind = file_type(path)
    assert kind is not None
    assert kind.extension == extension
    info = _probe(path, "audio")
    assert info is not None
    assert info.has_audio
    with pytest.raises(ProbeError, match="has no picture"):
        _probe(path, "video")


def test_transparency_is_seen(media: Path, tmp_path: Path) -> None:
    info = _probe(media / "red.png")
    assert info is not None
    assert info.has_alpha
    path = tmp_path / "alpha.mov"
    _movie(path, "mov", "prores_ks", "yuva444p10le")
    info = _probe(path)
    assert info is not None
    assert info.has_alpha


def test_a_picture_or_silent_movie_is_no_sound(media: Path) -> None:
    for name in ("red.png", "clip.mp4"):
        with pytest.raises(ProbeError, match="has no sound"):
            _probe(media / name, "audio")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00",
    ],
)
def test_pages_playlists_and_programs_are_no_media(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.mp4"
    path.write_bytes(content)
    assert file_type(path) is None


def test_a_cut_off_picture_is_damaged(media: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.png"
    path.write_bytes((media / "red.png").read_bytes()[:60])
    with pytest.raises(ProbeError, match="cannot be decoded"):
        _probe(path)


def test_a_picture_too_large_to_hold_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    size = struct.pack(">IIBBBBB", 29_000, 29_000, 8, 6, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )
    with pytest.raises(ProbeError, match="too large"):
        _probe(path)


@given(cut=st.integers(0, 1957), junk=st.binary(max_size=64), name=st.sampled_from(["mp4", "png"]))
def test_damage_anywhere_is_a_plain_refusal_or_still_decodes(
    damaged: Path, media: Path, cut: int, junk: bytes, name: str
) -> None:
    content = (media / ("clip.mp4" if name == "mp4" else "red.png")).read_bytes()
    damaged.write_bytes(content[:cut] + junk + content[cut + len(junk) :])
    kind = file_type(damaged)
    reason = _refusal(damaged, kind) if kind else None
    assert reason is None or reason.startswith(("cannot be decoded: ", "has no ", "is too large"))


def _refusal(path: Path, kind: FileType) -> str | None:
    try:
        probe(path, kind, "video")
    except ProbeError as error:
        return str(error)
    return None


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "file"


def _movie(path: Path, container: str, codec: str, pixels: str = "yuv420p") -> None:
    with av.open(str(path), "w", format=container) as movie:
        stream = movie.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for _ in range(5):
            movie.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p").reformat(format=pixels)))
        movie.mux(stream.encode())


def _sound(path: Path, container: str, codec: str) -> None:
    with av.open(str(path), "w", format=container) as sound:
        stream = sound.add_stream(codec, rate=48000)
        frame = av.AudioFrame(format=stream.codec_context.format or "s16", samples=48000)
        frame.sample_rate = 48000
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        resampler = av.AudioResampler(
            format=stream.format, layout=stream.layout, rate=48000, frame_size=stream.frame_size
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            sound.mux(stream.encode(part))
        sound.mux(stream.encode())


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
