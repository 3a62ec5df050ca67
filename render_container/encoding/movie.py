"""The writer of movie files: H.264 in MP4, ProRes in QuickTime, lossless pictures in AVI."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray

from render_container.encoding.formats import MovieFormat
from render_container.encoding.sound import SAMPLE_RATE, Samples, SoundSource

THREADS = 2
"""Default number of encoder threads.

H.264 output depends on this number. All writers use the same one, so that pieces and whole renders
are encoded equally.
"""

_AUDIO_CHUNK = 1024  # samples of an AAC frame
_ACCURATE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP

Pixels = NDArray[np.uint8]
"""Pixels of one frame, 8 bits per channel: height x width x (B, G, R, A)."""


class MovieWriter:
    """A writer of frames, and optionally sound, to one movie file.

    Encoded frames are converted to BT.709 with limited range, and tagged as such. 4:2:0 requires
    an even width and height. A picture with an odd one is made one pixel larger, by repeating its
    last row or column.

    Args:
        path: the file to write; its extension does not matter.
        format: codec and settings, which also determine the container.
        size: width and height in pixels.
        rate: frames per second of the file.
        sound: the whole sound; None for a silent movie. The lossless intermediate has no sound.
        threads: number of encoder threads.
        like: a stream with the same settings as the packets that will be copied; None if frames
            will be encoded.
    """

    def __init__(
        self,
        path: Path,
        format: MovieFormat,  # noqa: A002 - the usual name
        size: tuple[int, int],
        rate: Fraction,
        sound: SoundSource | None,
        *,
        threads: int = THREADS,
        like: av.VideoStream | None = None,
    ) -> None:
        self._format = format
        self._threads = threads
        width, height = size
        self._padding = (height % 2, width % 2) if format.subsampled else (0, 0)
        options = {} if format.kind == "intermediate" else {"movflags": "+faststart"}
        self._container = av.open(
            f"file:{path}", "w", format=format.container, container_options=options
        )
        self._rate = rate
        self._size = width + self._padding[1], height + self._padding[0]
        self._copies = like is not None
        self._video: Any = self._add_video() if like is None else self._add_copied(like)
        self._sound = sound
        self._sample = 0
        self._audio: Any = self._add_audio() if sound is not None else None
        self._reformatter = VideoReformatter()
        self._frame = 0

    def write(self, pixels: Pixels) -> None:
        """Encode the next frame. Its pixels have straight alpha or are opaque."""
        if any(self._padding):
            bottom, right = self._padding
            pixels = np.pad(pixels, ((0, bottom), (0, right), (0, 0)), mode="edge")
        source = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="bgra")
        self._encode(self._converted(source, ColorRange.JPEG))

    def write_frame(self, frame: av.VideoFrame) -> None:
        """Encode the next frame, which was decoded from a piece.

        The frame is converted unless its pixel format and size are already those of the movie.
        """
        is_ready = frame.format.name == self._video.pix_fmt
        if is_ready and (frame.width, frame.height) == self._size:
            # The decoder has set the picture type. The encoder would use the same type.
            frame.pict_type = PictureType.NONE
            self._encode(frame)
        elif frame.format.is_rgb:
            self.write(np.asarray(frame.to_ndarray(format="bgra"), dtype=np.uint8))
        else:
            self._encode(self._converted(frame, ColorRange.MPEG))

    def copy_packet(self, packet: Any) -> None:
        """Write the next frame as an encoded packet, unchanged. The frame must be intra-coded."""
        packet.stream = self._video
        packet.time_base = 1 / self._rate
        packet.pts = packet.dts = self._frame
        packet.duration = 1
        self._container.mux(packet)
        self._written()

    def close(self) -> None:
        """Finish and close the file, which is complete only after this call."""
        if self._sound is not None:
            self._write_sound(self._sound.length, flush=True)
            self._container.mux(self._audio.encode(None))
        if not self._copies:
            self._container.mux(self._video.encode(None))
        self._container.close()

    def abort(self) -> None:
        """Close the file without finishing it. The incomplete file is not deleted."""
        self._container.close()

    def _converted(self, source: av.VideoFrame, range_: ColorRange) -> av.VideoFrame:
        return self._reformatter.reformat(
            source,
            *self._size,
            format=self._video.pix_fmt,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=range_,
            dst_color_range=ColorRange.MPEG,
            dst_color_trc=ColorTrc.BT709,
            dst_color_primaries=ColorPrimaries.BT709,
            interpolation=_ACCURATE,
            threads=1,
        )

    def _encode(self, frame: av.VideoFrame) -> None:
        frame.pts, frame.time_base = self._frame, 1 / self._rate
        self._container.mux(self._video.encode(frame))
        self._written()

    def _written(self) -> None:
        self._frame += 1
        self._write_sound(round(self._frame / self._rate * SAMPLE_RATE))

    def _add_video(self) -> Any:
        width, _ = self._size
        codec = {"h264": "libx264", "intermediate": "utvideo"}.get(self._format.kind)
        stream: Any = self._container.add_stream(
            codec or _prores_encoder(width), rate=self._rate, options=self._codec_options()
        )
        stream.width, stream.height = self._size
        stream.time_base = 1 / self._rate
        if self._format.subsampled:
            stream.pix_fmt = "yuv420p"
        else:
            stream.pix_fmt = "yuva444p10le" if self._format.alpha else "yuv422p10le"
        if self._format.kind == "h264":
            stream.bit_rate = self._format.megabits * 1_000_000
            stream.gop_size = max(1, round(self._rate * 2))
        context = stream.codec_context
        context.thread_count = self._threads
        context.color_range = ColorRange.MPEG
        context.colorspace = Colorspace.ITU709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        return stream

    def _add_copied(self, like: av.VideoStream) -> Any:
        stream: Any = self._container.add_stream_from_template(like)
        stream.time_base = 1 / self._rate
        return stream

    def _codec_options(self) -> dict[str, str]:
        if self._format.kind == "intermediate":
            return {"pred": "left"}
        if self._format.kind == "prores":
            return {"profile": "4" if self._format.alpha else "2", "vendor": "apl0"}
        bits = self._format.megabits * 1000
        options = {"preset": "veryfast", "profile": "high"}
        if self._format.constant_rate:
            rate = f"{bits}k"
            return options | {
                "minrate": rate, "maxrate": rate, "bufsize": rate, "nal-hrd": "cbr"
            }  # fmt: skip
        return options | {"maxrate": f"{bits * 3 // 2}k", "bufsize": f"{bits * 2}k"}

    def _add_audio(self) -> Any:
        codec = "aac" if self._format.kind == "h264" else "pcm_s16le"
        stream: Any = self._container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        if codec == "aac":
            stream.bit_rate = 320_000
        return stream

    def _write_sound(self, until: int, *, flush: bool = False) -> None:
        if self._sound is None:
            return
        until = min(until, self._sound.length)
        while until - self._sample >= _AUDIO_CHUNK or (flush and self._sample < until):
            chunk = self._sound.take(min(_AUDIO_CHUNK, until - self._sample))
            self._container.mux(self._audio.encode(self._audio_frame(chunk)))
            self._sample += chunk.shape[1]

    def _audio_frame(self, chunk: Samples) -> av.AudioFrame:
        if self._format.kind == "h264":
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
    """Return the name of FFmpeg's fastest ProRes encoder for a picture width in pixels.

    prores_aw is five times as fast as prores_ks, but accepts only even widths.
    """
    return "prores_ks" if width % 2 else "prores_aw"
