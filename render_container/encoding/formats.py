"""What a movie is encoded as."""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class MovieFormat:
    """Codec and settings of a movie."""

    kind: Literal["h264", "prores", "intermediate"]
    alpha: bool = False
    megabits: int = 0
    """Per second, of H.264."""
    constant_rate: bool = False

    @property
    def container(self) -> str:
        """FFmpeg's name of the file format."""
        return {"h264": "mp4", "prores": "mov", "intermediate": "avi"}[self.kind]

    @property
    def subsampled(self) -> bool:
        """Whether the picture is 4:2:0, which wants even sides."""
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
"""The formats of the twelve codecs that are movies, by the codec's name."""

INTERMEDIATE: Final = MovieFormat("intermediate")
"""The very pictures that H.264 is given, 4:2:0 in BT.709, without loss, each for itself.

Nothing but H.264 is made of them, so neither alpha nor more colour is kept: the conversion is done
where the pictures are drawn, by many machines, and the one that assembles only decodes. Ut Video
in AVI is what is quick to write and quickest to read. 1080p with noise in an eighth of the picture,
on one thread, milliseconds to write and to read, megabytes a frame: Ut Video 6.7, 2.8, 0.6;
H.264 without loss 7.6, 8.2, 0.4; FFV1 21, 14, 0.3; raw 1.1, 1.2, 3.1; and with all colour: Ut Video
13, 12, 1.3; QuickTime Animation 16, 1.7 (and 5 for the conversion), 1.5; PNG 19, 12, 0.5.
"""
