"""Movie formats: codecs and their settings."""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class MovieFormat:
    """Codec and settings of a movie."""

    kind: Literal["h264", "prores", "intermediate"]
    alpha: bool = False
    """True if the movie has an alpha channel."""
    megabits: int = 0
    """Bit rate of H.264, in megabits per second; 0 for the other kinds."""
    constant_rate: bool = False
    """True if H.264 has a constant bit rate; False if its bit rate varies."""

    @property
    def container(self) -> str:
        """FFmpeg's name of the format's container: `mp4`, `mov` or `avi`."""
        return {"h264": "mp4", "prores": "mov", "intermediate": "avi"}[self.kind]

    @property
    def subsampled(self) -> bool:
        """Whether the pictures are 4:2:0, which requires an even width and height."""
        return self.kind != "prores"


FORMATS: Final = {
    f"video_h264_{mode}_{megabits}mbps": MovieFormat(
        "h264", megabits=megabits, constant_rate=mode == "cbr"
    )
    for mode in ("vbr", "cbr")
    for megabits in (1, 5, 15, 40)
} | {
    "video_prores_422": MovieFormat("prores"),
    "video_prores_4444": MovieFormat("prores", alpha=True),
}
"""Movie formats by the API's name of the codec.

Ten of the API's twelve codecs are here, because the other two are not movies.
"""

INTERMEDIATE: Final = MovieFormat("intermediate")
"""Lossless, intra-only intermediate for H.264 renders in pieces: 4:2:0 in BT.709.

Its pictures are exactly the input of the H.264 encoder. Only H.264 is made of them, so neither
alpha nor full chroma is kept. The many machines that render the pieces convert the colours. The
one machine that assembles the pieces only has to decode them.

Ut Video in AVI was chosen because it is quick to write, and the quickest compressed format to read.
This was measured at 1080p with noise in an eighth of the picture, on one thread. The numbers are
milliseconds to write a frame, milliseconds to read it, and megabytes a frame: Ut Video 6.7, 2.8,
0.6; lossless H.264 7.6, 8.2, 0.4; FFV1 21, 14, 0.3; raw 1.1, 1.2, 3.1. With full chroma: Ut Video
13, 12, 1.3; QuickTime Animation 16, 1.7 (and 5 for the conversion), 1.5; PNG 19, 12, 0.5.
"""
