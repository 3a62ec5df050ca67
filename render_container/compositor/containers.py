"""Safe opening of untrusted movie and sound files.

A file may pose as a movie but be a playlist, which libavformat would follow to other files or
over the network. Only formats that hold their own media are opened, and only local files.
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
    """Open a local file for reading. Raises av.FFmpegError if its format is not allowed."""
    return av.open(f"file:{path}", options=_OPTIONS)
