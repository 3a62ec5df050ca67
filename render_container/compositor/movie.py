"""Writing movies: H.264 in MP4, ProRes in QuickTime."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)

from render_container.compositor.audio import SAMPLE_RATE, Samples
from render_container.compositor.pixels import Pixels
from render_container.compositor.templates import OutputTemplate

_THREADS = 2
_AUDIO_CHUNK = 1024
_ACCURATE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


class MovieWriter:
    """Encodes frames, and sound if there is any, into one file.

    Everything is tagged and converted as BT.709, limited range. H.264 in 4:2:0 needs even
    sides: an odd picture is made one pixel larger by repeating its last row or column.

    Args:
        path: the file to write, whatever its extension.
        rate: frames per second of the file.
        sound: the whole sound at 48 kHz, or None.
    """

    def __init__(
        self,
        path: Path,
        template: OutputTemplate,
        size: tuple[int, int],
        rate: Fraction,
        sound: Samples | None,
    ) -> None:
        self._template = template
        self._h264 = template.kind == "h264"
        width, height = size
        self._padding = (height % 2, width % 2) if self._h264 else (0, 0)
        options = {"movflags": "+faststart"}
        self._container = av.open(
            str(path), "w", format="mp4" if self._h264 else "mov", container_options=options
        )
        self._rate = rate
        self._video: Any = self._add_video(width + self._padding[1], height + self._padding[0])
        self._sound = sound
        self._sample = 0
        self._audio: Any = self._add_audio() if sound is not None else None
        self._reformatter = VideoReformatter()
        self._frame = 0

    def write(self, pixels: Pixels) -> None:
        """One frame: height x width x (B, G, R, A), straight alpha or opaque."""
        if any(self._padding):
            bottom, right = self._padding
            pixels = np.pad(pixels, ((0, bottom), (0, right), (0, 0)), mode="edge")
        source = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="bgra")
        frame = self._reformatter.reformat(
            source,
            format=self._video.pix_fmt,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_color_trc=ColorTrc.BT709,
            dst_color_primaries=ColorPrimaries.BT709,
            interpolation=_ACCURATE,
            threads=1,
        )
        frame.pts, frame.time_base = self._frame, 1 / self._rate
        self._frame += 1
        self._container.mux(self._video.encode(frame))
        self._write_sound(round(self._frame / self._rate * SAMPLE_RATE))

    def close(self) -> None:
        """Finish the file; it is complete only after this."""
        if self._sound is not None:
            self._write_sound(self._sound.shape[1], flush=True)
            self._container.mux(self._audio.encode(None))
        self._container.mux(self._video.encode(None))
        self._container.close()

    def abort(self) -> None:
        """Close the file without finishing it."""
        self._container.close()

    def _add_video(self, width: int, height: int) -> Any:
        codec = "libx264" if self._h264 else _prores_encoder(width)
        stream: Any = self._container.add_stream(
            codec, rate=self._rate, options=self._codec_options()
        )
        stream.width, stream.height = width, height
        stream.time_base = 1 / self._rate
        if self._h264:
            stream.pix_fmt = "yuv420p"
            stream.bit_rate = self._template.megabits * 1_000_000
            stream.gop_size = max(1, round(self._rate * 2))
        else:
            stream.pix_fmt = "yuva444p10le" if self._template.alpha else "yuv422p10le"
        context = stream.codec_context
        context.thread_count = _THREADS
        context.color_range = ColorRange.MPEG
        context.colorspace = Colorspace.ITU709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        return stream

    def _codec_options(self) -> dict[str, str]:
        if not self._h264:
            return {"profile": "4" if self._template.alpha else "2", "vendor": "apl0"}
        bits = self._template.megabits * 1000
        options = {"preset": "veryfast", "profile": "high"}
        if self._template.constant_rate:
            rate = f"{bits}k"
            return options | {
                "minrate": rate, "maxrate": rate, "bufsize": rate, "nal-hrd": "cbr"
            }  # fmt: skip
        return options | {"maxrate": f"{bits * 3 // 2}k", "bufsize": f"{bits * 2}k"}

    def _add_audio(self) -> Any:
        codec = "aac" if self._h264 else "pcm_s16le"
        stream: Any = self._container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        if self._h264:
            stream.bit_rate = 320_000
        return stream

    def _write_sound(self, until: int, *, flush: bool = False) -> None:
        if self._sound is None:
            return
        until = min(until, self._sound.shape[1])
        while until - self._sample >= _AUDIO_CHUNK or (flush and self._sample < until):
            chunk = self._sound[:, self._sample : min(self._sample + _AUDIO_CHUNK, until)]
            self._container.mux(self._audio.encode(self._audio_frame(chunk)))
            self._sample += chunk.shape[1]

    def _audio_frame(self, chunk: Samples) -> av.AudioFrame:
        if self._h264:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(chunk), format="fltp", layout="stereo"
            )
        else:
            whole = np.rint(np.clip(chunk, -1.0, 1.0) * 32767).astype(np.int16)
            packed = np.ascontiguousarray(whole.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts, frame.time_base = self._sample, Fraction(1, SAMPLE_RATE)
        return frame


def _prores_encoder(width: int) -> str:
    """prores_aw is five times as fast as prores_ks, but takes even widths only."""
    return "prores_ks" if width % 2 else "prores_aw"
