"""Conversion of sound to PCM in a WAV file."""

from pathlib import Path
from typing import Any, Final

import av

from render_container.worker.conform.errors import ConformError
from render_container.worker.parallel import Check

SAMPLE_RATE: Final = 48_000  # samples per second
LONGEST: Final = 4 * 3600  # seconds; 2.8 GB, below the 4 GiB limit of WAV


def write_wav(path: Path, reader: str, result: Path, check: Check) -> Path:
    """Write the first audio stream of the file `path` to the WAV file `result`; return `result`.

    The sound becomes 16-bit PCM at 48 kHz. Mono stays mono; all other layouts become stereo.
    `reader` is FFmpeg's name of the file's demuxer. `check` is called often; it raises if the work
    must stop. Raises ConformError if the stream is empty or longer than LONGEST.
    """
    options = {"protocol_whitelist": "file"}
    with (
        av.open(f"file:{path}", format=reader, options=options, metadata_errors="ignore") as media,
        av.open(f"file:{result}", "w", format="wav") as output,
    ):
        source = media.streams.audio[0]
        layout = "mono" if source.codec_context.layout.name == "mono" else "stereo"
        track: Any = output.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout=layout)
        resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
        written = 0

        def write(frame: av.AudioFrame | None) -> None:
            nonlocal written
            check()
            for piece in resampler.resample(frame):
                written += piece.samples
                piece.pts = None
                output.mux(track.encode(piece))
            if written > LONGEST * SAMPLE_RATE:
                raise ConformError(f"is too long: more than {LONGEST // 3600} hours")

        for frame in media.decode(source):
            frame.pts = None
            write(frame)
        write(None)
        output.mux(track.encode(None))
    if not written:
        raise ConformError("cannot be decoded: it holds no sound")
    return result
