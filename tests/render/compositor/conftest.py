"""A small studio: build a project with py-aep, save it, render it, look at the pixels."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import py_aep
import pytest
from numpy.typing import NDArray
from PIL import Image

from render_container.compositor.arguments import parse
from render_container.compositor.render import render
from render_container.compositor.report import Report

Rgba = NDArray[np.uint8]


class Studio:
    """One project in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project: Any = py_aep.new().project
        self._count = 0

    def comp(
        self,
        name: str = "main",
        size: tuple[int, int] = (64, 48),
        seconds: float = 1.0,
        rate: float = 25.0,
    ) -> Any:
        comp = self.project.root_folder.add_comp(name, *size, 1.0, seconds, rate)
        comp.bg_color = [0.0, 0.0, 0.0]
        return comp

    def footage(self, path: Path, *, sequence: bool = False) -> Any:
        options = py_aep.ImportOptions(str(path))
        options.sequence = sequence
        return self.project.import_file(options)

    def solid(
        self, comp: Any, colour: tuple[float, float, float] = (1, 0, 0), size: Any = None
    ) -> Any:
        """A solid on top; by default as large as the composition."""
        return comp.add_solid(list(colour), None, *(size or (comp.width, comp.height)))

    def save(self) -> Path:
        path = self.folder / "project.aep"
        path.unlink(missing_ok=True)
        self.project.save(str(path))
        return path

    def run(self, *flags: str, comp: str = "main") -> list[str]:
        """Save and render; the log lines. Raises what the render raises."""
        stream = io.StringIO()
        words = ["-project", str(self.save()), "-comp", comp, *flags]
        render(parse(words), Report(stream))
        return stream.getvalue().splitlines()

    def frame(self, number: int = 0, comp: str = "main", *flags: str) -> Rgba:
        """One frame as straight R, G, B, A."""
        self._count += 1
        output = self.folder / f"frame-{self._count}.png"
        at = ("-s", str(number), "-e", str(number), "-OMtemplate", "image_png")
        self.run("-output", str(output), *at, *flags, comp=comp)
        return np.asarray(Image.open(output).convert("RGBA"))

    def warnings(self, comp: str = "main") -> list[str]:
        """The warnings of a render of one frame."""
        output = str(self.folder / "warnings.png")
        lines = self.run(
            "-output", output, "-s", "0", "-e", "0", "-continueOnMissingFootage", comp=comp
        )
        return [line for line in lines if line.startswith("WARNING:")]


@dataclass
class Movie:
    """A decoded movie."""

    frames: list[Rgba]
    sound: NDArray[np.float32] | None
    streams: dict[str, Any]


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Writes a still picture from an array of R, G, B(, A)."""

    def write(pixels: Any, name: str = "picture.png") -> Path:
        path = tmp_path / name
        Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path)
        return path

    return write


@pytest.fixture
def movie(tmp_path: Path) -> Callable[..., Path]:
    """Writes a movie from a list of R, G, B arrays, with a given codec."""

    def write(
        frames: list[Any],
        name: str = "movie.mp4",
        codec: str = "libx264",
        rate: int = 25,
        **options: str,
    ) -> Path:
        path = tmp_path / name
        faststart = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
        with av.open(str(path), "w", container_options=faststart) as container:
            stream: Any = container.add_stream(codec, rate=rate, options=options)
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt = "yuv444p" if codec == "libx264" else "yuv422p10le"
            for pixels in frames:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


@pytest.fixture
def wave(tmp_path: Path) -> Callable[..., Path]:
    """Writes a 16-bit WAV file from samples (channels x samples, -1 to 1)."""
    import wave as waves

    def write(samples: NDArray[Any], name: str = "sound.wav", rate: int = 48_000) -> Path:
        path = tmp_path / name
        with waves.open(str(path), "wb") as file:
            file.setnchannels(samples.shape[0])
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(np.rint(samples.T * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def decode() -> Callable[[Path], Movie]:
    """Decodes a movie with the matrix that its tags name."""

    def read(path: Path) -> Movie:
        from av.video.reformatter import ColorRange, VideoReformatter

        reformatter, frames, pieces = VideoReformatter(), [], []
        with av.open(str(path)) as container:
            streams = {stream.type: stream for stream in container.streams}
            facts: dict[str, Any] = {
                kind: {"codec": stream.codec_context.name} for kind, stream in streams.items()
            }
            video = streams.get("video")
            if video is not None:
                context = video.codec_context
                facts["video"] |= {
                    "rate": video.average_rate,
                    "pixels": context.pix_fmt,
                    "matrix": int(context.colorspace),
                    "primaries": int(context.color_primaries),
                    "curve": int(context.color_trc),
                    "range": int(context.color_range),
                }
            for frame in container.decode(*container.streams):
                if isinstance(frame, av.VideoFrame):
                    rgba = reformatter.reformat(
                        frame,
                        format="rgba",
                        src_colorspace=frame.colorspace,
                        src_color_range=ColorRange.MPEG,
                        dst_color_range=ColorRange.JPEG,
                    )
                    frames.append(rgba.to_ndarray())
                else:
                    data = frame.to_ndarray()
                    if data.dtype == np.int16:
                        data = (data.reshape(-1, 2).T / 32767).astype(np.float32)
                    pieces.append(data)
        sound = np.concatenate(pieces, axis=1) if pieces else None
        return Movie(frames, sound, facts)

    return read


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real After Effects files."""
    folder = os.environ.get("INTARSIA_SAMPLES")
    if not folder:
        pytest.skip("INTARSIA_SAMPLES does not name the folder of real After Effects files")
    return Path(folder)
