"""Detection of a file's type by its first bytes, because the extension of a URL is unreliable."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

HEAD = 4096  # bytes


@dataclass(frozen=True)
class FileType:
    """A type of file that can be placed into a project."""

    extension: str
    """Extension by which After Effects recognises the file type, without the dot."""
    kind: Literal["still", "timed", "artwork"]
    """`still`: a picture or an animated picture; `timed`: movie or sound.

    `artwork`: vector graphics or OpenEXR, which the worker does not decode.
    """
    reader: str = ""
    """Name of the only Pillow format (still) or FFmpeg demuxer (timed) that may open the file.

    Empty for artwork.
    """


def _starts(prefix: bytes, offset: int = 0) -> Callable[[bytes], bool]:
    return lambda head: head[offset : offset + len(prefix)] == prefix


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] in {b"RIFF", b"RF64"} and head[8:12] == form


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[4:8] == b"ftyp" and (not brands or head[8:12] in brands)


def _sync(mask: int, bits: int) -> Callable[[bytes], bool]:
    """Return a test for the sync word (11 or 12 bits) and layer of an MPEG audio frame.

    The file's first two bytes, masked with `mask`, must be equal to `bits`.
    """
    return lambda head: int.from_bytes(head[:2], "big") & mask == bits


_HEIF = _brand(b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"hevc")

_TYPES: Final[tuple[tuple[Callable[[bytes], bool], FileType], ...]] = (
    (_starts(b"\x89PNG\r\n\x1a\n"), FileType("png", "still", "PNG")),
    (_starts(b"\xff\xd8\xff"), FileType("jpg", "still", "JPEG")),
    (_starts(b"GIF8"), FileType("gif", "still", "GIF")),
    (_riff(b"WEBP"), FileType("webp", "still", "WEBP")),
    (_starts(b"II*\0"), FileType("tif", "still", "TIFF")),
    (_starts(b"MM\0*"), FileType("tif", "still", "TIFF")),
    (_starts(b"8BPS"), FileType("psd", "still", "PSD")),
    (_starts(b"v/1\x01"), FileType("exr", "artwork")),
    (_starts(b"%PDF-"), FileType("ai", "artwork")),
    (_starts(b"%!PS-Adobe"), FileType("eps", "artwork")),
    (_riff(b"WAVE"), FileType("wav", "timed", "wav")),
    (_riff(b"AVI "), FileType("avi", "timed", "avi")),
    (lambda head: head[:4] == b"FORM" and head[8:11] == b"AIF", FileType("aif", "timed", "aiff")),
    (_starts(b"ID3"), FileType("mp3", "timed", "mp3")),
    (_starts(b"OggS"), FileType("ogg", "timed", "ogg")),
    (_starts(b"fLaC"), FileType("flac", "timed", "flac")),
    (_brand(b"qt  "), FileType("mov", "timed", "mov")),
    (_brand(b"M4A ", b"M4B "), FileType("m4a", "timed", "mov")),
    (lambda head: _brand()(head) and not _HEIF(head), FileType("mp4", "timed", "mov")),
    (
        lambda head: head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"},
        FileType("mov", "timed", "mov"),
    ),
    (
        lambda head: head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64],
        FileType("webm", "timed", "matroska"),
    ),
    (_starts(b"\x1aE\xdf\xa3"), FileType("mkv", "timed", "matroska")),
    (_starts(b"\x00\x00\x01\xba"), FileType("mpg", "timed", "mpeg")),
    (_starts(b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"), FileType("mxf", "timed", "mxf")),
    # The shortest signatures come last, because other files may match them by chance.
    (_starts(b"BM"), FileType("bmp", "still", "BMP")),
    (_sync(0xFFF6, 0xFFF0), FileType("aac", "timed", "aac")),
    (_sync(0xFFE6, 0xFFE2), FileType("mp3", "timed", "mp3")),
)


def file_type(path: Path) -> FileType | None:
    """Return the type of the file at `path`; None if it is no type to be placed into a project."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return next((found for matches, found in _TYPES if matches(head)), None)
