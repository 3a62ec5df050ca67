"""Opening movie and sound files that someone else has made.

A file may claim to be a movie and be a playlist instead, which libavformat would follow to
other files or over the network. So only real containers are read, and only local files.
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
    """Open a local file for reading. Raises av.FFmpegError if it is no container we read."""
    return av.open(f"file:{path}", options=_OPTIONS)
