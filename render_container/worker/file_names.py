"""Names of files that users choose."""

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
    """The last component of a user's path as a file name for any system; empty if none is left."""
    name = PurePosixPath(path.replace("\\", "/")).name
    name = re.sub(r"[^\w .()+,@=-]", "_", name)[-100:].strip(". ")
    return f"_{name}" if _WINDOWS_NAMES.fullmatch(name) else name


def with_extension(name: str, extension: str) -> str:
    """A safe name that ends as a file of this kind must; another kind's ending is taken away.

    After Effects knows files by their endings: a JPEG called `logo.png` would not be imported.
    """
    stem, _, suffix = name.rpartition(".")
    known = suffix.lower()
    if stem and _SAME.get(known, known) == extension:
        return name
    return f"{stem if stem and known in _MEDIA else name}.{extension}"
