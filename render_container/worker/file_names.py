"""Safe file names, made of names that users choose."""

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
    """Return the last component of a user's path as a file name valid on any system, or ""."""
    name = PurePosixPath(path.replace("\\", "/")).name
    name = re.sub(r"[^\w .()+,@=-]", "_", name)[-100:].strip(". ")
    return f"_{name}" if _WINDOWS_NAMES.fullmatch(name) else name


def with_extension(name: str, extension: str) -> str:
    """Return a safe name with the extension of its file type, in place of another media type's.

    After Effects detects file types by extension: it would not import a JPEG called `logo.png`.
    """
    stem, _, suffix = name.rpartition(".")
    known = suffix.lower()
    if stem and _SAME.get(known, known) == extension:
        return name
    return f"{stem if stem and known in _MEDIA else name}.{extension}"
