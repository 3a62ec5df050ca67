"""Writing of WAV files with 32-bit float samples, which need no conversion."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from render_container.encoding.sound import SAMPLE_RATE, Samples

_CHUNK = SAMPLE_RATE  # samples written at a time


def write_wav(path: Path, sound: Samples) -> None:
    """Write samples unchanged to a WAV file, 48 kHz in stereo.

    Raises OSError if the file cannot be written.
    """
    with av.open(f"file:{path}", "w", format="wav") as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="stereo")
        container.start_encoding()
        for start in range(0, sound.shape[1], _CHUNK):
            packed = np.ascontiguousarray(sound[:, start : start + _CHUNK].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
            frame.sample_rate, frame.pts = SAMPLE_RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
