"""Writer of QuickTime movies: ProRes pictures and PCM sound."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

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

from render_container.stitching.sound import SAMPLE_RATE, Samples
from render_container.worker.conform.errors import ConformError
from render_container.worker.conform.pictures import Moving, steady
from render_container.worker.parallel import Check

BYTES: Final = 12 << 30  # per movie
_ACCURATE: Final = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_KNOWN: Final = {
    Colorspace.ITU709: (ColorPrimaries.BT709, ColorTrc.BT709),
    Colorspace.ITU601: (ColorPrimaries.SMPTE170M, ColorTrc.SMPTE170M),
    Colorspace.SMPTE170M: (ColorPrimaries.SMPTE170M, ColorTrc.SMPTE170M),
}
_HD: Final = 720  # pixels; untagged movies of this height or more are BT.709, smaller ones BT.601


def write_movie(moving: Moving, result: Path, check: Check) -> Path:
    """Write pictures and sound to the QuickTime file `result`, and return `result`.

    The pictures become ProRes at the steady frame rate of `moving`: 4444 if they have alpha, else
    422 HQ. `check` is called for each frame; it raises if the work must stop. Raises ConformError
    if the file becomes larger than BYTES.
    """
    with ExitStack() as stack:
        opening = moving.sound()
        sound = stack.enter_context(opening) if opening is not None else None
        output = stack.enter_context(av.open(f"file:{result}", "w", format="mov"))
        writer = _Writer(output, moving, with_sound=sound is not None)
        for frame in steady(moving.shown(), moving.rate):
            check()
            writer.picture(frame)
            if sound is not None:
                writer.samples(sound.take(writer.due))
            if writer.bytes > BYTES:
                raise ConformError(f"becomes larger than {BYTES} bytes when it is conformed")
        writer.finish()
    return result


class _Writer:
    def __init__(self, output: Any, moving: Moving, *, with_sound: bool) -> None:
        self._output, self._moving = output, moving
        self._video: Any = None
        self._with_sound = with_sound
        self._audio: Any = None
        self._reformatter = VideoReformatter()
        self._space: Colorspace = Colorspace.ITU709
        self._frames = 0
        self.bytes = 0
        """Size of all packets written so far, in bytes."""
        self._samples = 0

    @property
    def due(self) -> int:
        """Number of sound samples that belong to the pictures written so far and are still due."""
        return round(self._frames / self._moving.rate * SAMPLE_RATE) - self._samples

    def picture(self, frame: av.VideoFrame) -> None:
        """Encode and write the next picture."""
        if self._video is None:
            self._begin(frame)
        width, height = self._video.width, self._video.height
        if (frame.width, frame.height) != (width, height):
            frame = self._reformatter.reformat(frame, width=width, height=height)
        rgb = frame.format.name.startswith("rgb")
        full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        converted = self._reformatter.reformat(
            frame,
            format=self._video.pix_fmt,
            src_colorspace=Colorspace.ITU709 if rgb else self._space,
            dst_colorspace=self._space,
            src_color_range=ColorRange.JPEG if rgb or full else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=_ACCURATE,
        )
        converted.pts, converted.time_base = self._frames, 1 / self._moving.rate
        self._frames += 1
        self._mux(self._video.encode(converted))

    def samples(self, samples: Samples) -> None:
        """Encode and write the next samples of sound."""
        whole = np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
        packed = np.ascontiguousarray(whole.T).reshape(1, -1)
        if not packed.size:
            return
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts, frame.time_base = self._samples, Fraction(1, SAMPLE_RATE)
        self._samples += samples.shape[1]
        self._mux(self._audio.encode(frame))

    def finish(self) -> None:
        """Flush the encoders and write their last packets."""
        for stream in filter(None, (self._video, self._audio)):
            self._mux(stream.encode(None))

    def _mux(self, packets: Any) -> None:
        for packet in packets:
            self.bytes += packet.size
            self._output.mux(packet)

    def _begin(self, frame: av.VideoFrame) -> None:
        moving = self._moving
        # prores_aw is five times as fast as prores_ks, but takes even widths only.
        codec = "prores_ks" if frame.width % 2 else "prores_aw"
        options = {"profile": "4" if moving.alpha else "3", "vendor": "apl0"}
        stream = self._output.add_stream(codec, rate=moving.rate, options=options)
        stream.width, stream.height = frame.width, frame.height
        stream.pix_fmt = "yuva444p10le" if moving.alpha else "yuv422p10le"
        stream.time_base = 1 / moving.rate
        context = stream.codec_context
        context.sample_aspect_ratio = moving.aspect
        context.thread_count = 2
        self._space = _space(frame)
        context.color_range, context.colorspace = ColorRange.MPEG, self._space
        context.color_primaries, context.color_trc = _KNOWN[self._space]
        self._video = stream
        if self._with_sound:
            self._audio = self._output.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="stereo")


def _space(frame: av.VideoFrame) -> Colorspace:
    """Return a picture's colour space by its tag; without a known tag, guess it by the height."""
    if frame.format.name.startswith("rgb"):
        return Colorspace.ITU709
    if frame.colorspace in _KNOWN:
        return Colorspace(frame.colorspace)
    return Colorspace.ITU709 if frame.height >= _HD else Colorspace.ITU601
