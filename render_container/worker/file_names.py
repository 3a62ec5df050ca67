"""Derivation of safe file names from names that users choose."""

import re
from pathlib import PurePosixPath

_WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MEDIA = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "psd", "bmp", "exr", "ai", "eps", "pdf"}
    | {"wav", "avi", "aif", "aiff", "mp3", "ogg", "oga", "flac", "mov", "m4a", "mp4", "m4v"}
    | {"webm", "mkv", "mpg", "mpeg", "mxf", "aac", "svg", "heic", "avif"}
)
_SAME = {"jpeg": "jpg", "tiff": "tif", "aiff": "aif", "mpeg": "mpg"}


def safe_name(path: str) -> str:
    """Return the last component of a user's `path` as a file name that is valid on any system.

    Replaces invalid characters by `_` and keeps only the last 100 characters. Returns an empty text
    if the component is empty or has only dots and spaces.
    """
    name = PurePosixPath(path.replace("\\", "/")).name
    name = re.sub(r"[^\w .()+,@=-]", "_", name)[-100:].strip(". ")
    return f"_{name}" if _WINDOWS_NAMES.fullmatch(name) else name


def with_extension(name: str, extension: str) -> str:
    """Return the file name `name` with `extension`, which is given without the dot.

    Replaces the extension of another media type. Keeps another spelling of `extension`, such as
    `jpeg` for `jpg`. After Effects detects file types by extension: it would not import a JPEG
    called `logo.png`.
    """
    stem, _, suffix = name.rpartition(".")
    known = suffix.lower()
    if stem and _SAME.get(known, known) == extension:
        return name
    return f"{stem if stem and known in _MEDIA else name}.{extension}"
