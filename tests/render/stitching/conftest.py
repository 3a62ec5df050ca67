"""Clips whose every frame says which clip and which frame it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from render_container.stitching import Clip, Stitched, stitch

DEMUXERS = {"mp4": "mov", "mov": "mov", "mkv": "matroska", "webm": "matroska", "avi": "avi",
            "mpg": "mpeg"}  # fmt: skip
ENCODED: dict[str, bytes] = {}
"""Clips that tests of this run have made, by what they were made from."""

STEP = 8  # grey levels between two numbers
MARKS = 28


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all of these tests in one process, so that they share encoded clips."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("stitching"))


def marked(clip: int, number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture whose left half tells the clip and whose right half tells the frame."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2] = 16 + STEP * (clip % MARKS)
    picture[:, width // 2 :] = 16 + STEP * (number % MARKS)
    return picture


@dataclass
class Movie:
    """A decoded movie."""

    frames: list[NDArray[np.uint8]]
    """Height x width x RGB."""
    times: list[Fraction]
    """Seconds at which each is shown."""
    sound: NDArray[np.float32]
    """2 x samples."""
    codecs: list[str]
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def marks(self) -> list[tuple[int, int]]:
        """(clip, frame) of every frame, read in the middle of its halves."""
        return [self.mark(frame) for frame in self.frames]

    @staticmethod
    def mark(frame: NDArray[np.uint8]) -> tuple[int, int]:
        height, width = frame.shape[:2]
        levels = (frame[height // 2, width // 4].mean(), frame[height // 2, width * 3 // 4].mean())
        clip, number = (round((level - 16) / STEP) for level in levels)
        return clip, number

    def loudness(self, start: float, end: float, hertz: float) -> float:
        """How much of a tone of full scale is heard between two seconds: 0 to 1."""
        part = self.sound[0, round(start * 48_000) : round(end * 48_000)]
        angle = 2j * np.pi * hertz * np.arange(len(part)) / 48_000
        return float(2 * abs(np.mean(part * np.exp(angle))))


@dataclass
class Kit:
    """Makes clips in one folder, joins them, and looks at the result."""

    folder: Path
    made: int = 0
    result: Path = field(init=False)
    progress: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.result = self.folder / "result.mp4"

    def clip(self, frames: int = 5, *, name: str = "mp4", drawn: str = "", **how: Any) -> Clip:
        """A clip; its number is the count of those made before. Equal clips are encoded once.

        Args:
            drawn: names what `draw` draws. Without a name, such a clip is encoded each time.
            how: parameters of `_encode`.
        """
        number, self.made = self.made, self.made + 1
        path = self.folder / f"clip-{number}.{name}"
        made_from = ""
        if "prepare" not in how and (drawn or "draw" not in how):
            settings = sorted(item for item in how.items() if item[0] != "draw")
            made_from = repr((number, frames, name, drawn, settings))
        if made_from in ENCODED:
            path.write_bytes(ENCODED[made_from])
        else:
            self._encode(path, number, frames, **how)
        if made_from:
            ENCODED[made_from] = path.read_bytes()
        return Clip(path, DEMUXERS[name])

    def _encode(
        self,
        path: Path,
        number: int,
        frames: int,
        *,
        codec: str = "libx264",
        size: tuple[int, int] = (64, 36),
        rate: Fraction | int = 25,
        pixels: str = "yuv420p",
        tone: float | None = None,
        sound: dict[str, Any] | None = None,
        options: dict[str, str] | None = None,
        draw: Callable[[int], NDArray[np.uint8]] | None = None,
        times: Sequence[int] | None = None,
        start: float = 0.0,
        prepare: Callable[[Any], None] | None = None,
        container: dict[str, str] | None = None,
    ) -> None:
        """Write a clip.

        Args:
            tone: hertz of its sound; `sound` may say rate, layout, codec, delay and seconds.
            times: when each frame is shown, in frames, instead of one after the other.
            start: seconds by which all time stamps are late.
        """
        rate = Fraction(rate)
        draw = draw or (lambda index: marked(number, index, size))
        defaults = {
            "libx264": {"crf": "6"},
            "libx265": {"x265-params": "log-level=0", "preset": "ultrafast"},
        }
        muxing = {"movflags": "+faststart"} if path.suffix in {".mp4", ".mov"} else {}
        with av.open(str(path), "w", container_options=muxing | (container or {})) as media:
            stream: Any = media.add_stream(
                codec, rate=rate, options=defaults.get(codec, {}) | (options or {})
            )
            stream.width, stream.height = size
            stream.pix_fmt = pixels
            stream.time_base = 1 / rate
            if codec in {"mpeg4", "mpeg2video", "libvpx-vp9"}:
                stream.bit_rate = 2_000_000
            if prepare is not None:
                prepare(stream)
            audio = self._audio(media, sound or {}) if tone is not None else None
            late = round(start * rate)
            for index in range(frames):
                picture = np.ascontiguousarray(draw(index))
                form = "rgba" if picture.shape[2] == 4 else "rgb24"
                frame = av.VideoFrame.from_ndarray(picture, format=form)
                frame.pts = late + (times[index] if times else index)
                frame.time_base = 1 / rate
                media.mux(stream.encode(frame))
            media.mux(stream.encode(None))
            if audio is not None and tone is not None:
                length = (sound or {}).get("seconds", float(frames / rate))
                delay = start + (sound or {}).get("delay", 0.0)
                self._tone(media, audio, tone, length, delay)

    def join(self, *clips: Clip, check: Callable[[], None] = lambda: None) -> Stitched:
        self.progress.clear()
        return stitch(clips, self.result, check=check, progress=self.progress.append)

    def look(self, path: Path | None = None) -> Movie:
        with av.open(str(path or self.result)) as media:
            stream: Any = media.streams.video[0]
            details = {
                "rate": stream.average_rate, "duration": Fraction(media.duration, av.time_base),
                "sound": len(media.streams.audio), "frames": stream.frames,
                "tag": stream.codec_context.codec_tag, "pixels": stream.codec_context.pix_fmt,
                "colours": (stream.codec_context.colorspace, stream.codec_context.color_range),
            }  # fmt: skip
            frames, times, sound = [], [], [np.zeros((2, 0), np.float32)]
            for frame in media.decode(stream):
                frames.append(frame.to_ndarray(format="rgb24"))
                times.append(frame.pts * frame.time_base)
                details["rotation"] = frame.rotation
            codecs = [each.codec_context.name for each in media.streams]
        if details["sound"]:
            with av.open(str(path or self.result)) as media:
                sound += [frame.to_ndarray() for frame in media.decode(audio=0)]
        return Movie(frames, times, np.concatenate(sound, axis=1), codecs, details)

    def packets(self, path: Path) -> list[bytes]:
        """The packets of the pictures, in order of decoding."""
        with av.open(str(path)) as media:
            return [bytes(packet) for packet in media.demux(video=0) if packet.size]

    def _audio(self, media: Any, sound: dict[str, Any]) -> Any:
        codec = sound.get("codec", "aac")
        stream = media.add_stream(
            codec, rate=sound.get("rate", 48_000), layout=sound.get("layout", "stereo")
        )
        if codec == "aac":
            stream.bit_rate = 256_000
        return stream

    def _tone(self, media: Any, stream: Any, hertz: float, seconds: float, delay: float) -> None:
        rate = stream.rate
        count = round(seconds * rate)
        wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(count) / rate)
        channels = stream.channels
        for at in range(0, count, 960):
            part = wave[at : at + 960]
            if stream.format.name.startswith("s16"):
                data = np.tile(np.rint(part * 32767).astype(np.int16)[:, None], (1, channels))
                frame = av.AudioFrame.from_ndarray(
                    data.reshape(1, -1), format="s16", layout=stream.layout.name
                )
            else:
                frame = av.AudioFrame.from_ndarray(
                    np.tile(part.astype(np.float32), (channels, 1)),
                    format="fltp", layout=stream.layout.name,
                )  # fmt: skip
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = round(delay * rate) + at
            media.mux(stream.encode(frame))
        media.mux(stream.encode(None))


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.fixture(scope="session")
def kit_in() -> Callable[[Path], Kit]:
    """For tests that make many folders."""
    return Kit
