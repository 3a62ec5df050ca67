"""The writer of a joined file: H.264 or copied pictures, and AAC sound, in a fast-start mp4."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from render_container.stitching.sound import SAMPLE_RATE, Samples

_QUALITY: Final = {"preset": "fast", "crf": "17", "profile": "high"}
_KEY_SECONDS: Final = 2
_SOUND_BITS: Final = 320_000  # per second
_CHUNK: Final = 1024  # samples of an AAC frame


class Writer:
    """A writer of a joined file.

    Call `copy_like` or `encode_as` first, then write each frame and the sound that is due for it.
    Then little of either is buffered.

    Args:
        path: the file to write; it is complete only after `finish`.
        rate: frames per second of the file.
        sound: True if the file is to have a sound stream.
    """

    def __init__(self, path: Path, rate: Fraction, *, sound: bool) -> None:
        self._container = av.open(
            f"file:{path}", "w", format="mp4", container_options={"movflags": "+faststart"}
        )
        self._rate = rate
        self._video: Any = None
        self._audio: Any = None
        self._wants_sound = sound
        self._rest: Samples = np.zeros((2, 0), dtype=np.float32)
        self._samples = 0
        self.frames = 0
        """Number of frames written so far."""

    def copy_like(self, stream: av.VideoStream) -> None:
        """Prepare the file for packets copied from streams with the same settings as `stream`."""
        self._video = self._container.add_stream_from_template(stream)
        self._video.time_base = 1 / self._rate
        if stream.codec_context.name == "hevc":
            # All parameter sets are in the header, as `hvc1` requires. Apple's players accept no
            # other tag for H.265.
            self._video.codec_context.codec_tag = "hvc1"
        self._add_audio()

    def encode_as(self, width: int, height: int) -> None:
        """Prepare the file for frames that are encoded as H.264; their size is in pixels."""
        self._video = self._container.add_stream("libx264", rate=self._rate, options=_QUALITY)
        self._video.width, self._video.height = width, height
        self._video.pix_fmt = "yuv420p"
        self._video.time_base = 1 / self._rate
        self._video.gop_size = max(1, round(self._rate * _KEY_SECONDS))
        context = self._video.codec_context
        context.sample_aspect_ratio = Fraction(1)
        context.color_range = ColorRange.MPEG
        context.colorspace = Colorspace.ITU709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        self._add_audio()

    def packet(self, packet: Any, shown: int, decoded: int) -> None:
        """Copy the next packet, unchanged except for its time stamps.

        `shown` and `decoded` are its display and decoding times, in frames from the beginning of
        the file.
        """
        packet.stream = self._video
        packet.time_base = 1 / self._rate
        packet.pts, packet.dts, packet.duration = shown, decoded, 1
        self._container.mux(packet)
        self.frames += 1

    def frame(self, frame: av.VideoFrame) -> None:
        """Encode the next frame of the file."""
        frame.pts, frame.time_base = self.frames, 1 / self._rate
        self._container.mux(self._video.encode(frame))
        self.frames += 1

    @property
    def samples_due(self) -> int:
        """Number of sound samples still to be written up to the end of the last frame written.

        It is 0 for a file without sound. Samples are counted from the beginning of the file, so
        that rounding errors do not add up over the clips.
        """
        if self._audio is None:
            return 0
        return round(self.frames / self._rate * SAMPLE_RATE) - self._samples

    def sound(self, samples: Samples) -> None:
        """Write the next samples of the sound."""
        self._samples += samples.shape[1]
        self._rest = np.concatenate([self._rest, samples], axis=1)
        while self._rest.shape[1] >= _CHUNK:
            self._encode(self._rest[:, :_CHUNK])
            self._rest = self._rest[:, _CHUNK:]

    def finish(self) -> None:
        """Write all buffered frames and sound, and close the file, which is then complete."""
        if self._audio is not None:
            if self._rest.shape[1]:
                self._encode(self._rest)
            self._container.mux(self._audio.encode(None))
        if self._video.codec_context.is_open:
            self._container.mux(self._video.encode(None))
        self._container.close()

    def abort(self) -> None:
        """Close the file, which stays incomplete and unusable."""
        with suppress(av.FFmpegError):
            self._container.close()

    def _add_audio(self) -> None:
        if self._wants_sound:
            self._audio = self._container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            self._audio.bit_rate = _SOUND_BITS
            self._encoded = 0

    def _encode(self, chunk: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(chunk), format="fltp", layout="stereo"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.pts, frame.time_base = self._encoded, Fraction(1, SAMPLE_RATE)
        self._encoded += chunk.shape[1]
        self._container.mux(self._audio.encode(frame))
