"""Safe opening of untrusted movie and sound files.

A file with a movie's name may be a playlist. libavformat would open the files and network
addresses listed in it. Therefore only local files are opened, and only formats that contain their
own media.
"""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer

_FORMATS = (
    "mov", "mp4", "m4a", "matroska", "webm", "avi", "mpeg", "mpegts", "mpegvideo", "m4v", "mxf",
    "asf", "flv", "dv", "gif", "ogg", "mp3", "aac", "ac3", "eac3", "wav", "w64", "aiff", "flac",
    "caf", "au", "h264", "hevc", "ivf", "obu",
)  # fmt: skip
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(_FORMATS)}


def open_media(path: Path) -> InputContainer:
    """Open a local movie or sound file for reading; the caller closes it.

    Raises av.FFmpegError if the file is missing or damaged, or its format is not allowed.
    """
    return av.open(f"file:{path}", options=_OPTIONS)
