"""Structural check of a project file, before it is parsed.

An .aep is big-endian RIFF: `RIFX`, a length, the form type `Egg!`, then chunks. A chunk is a
four-letter type, a length and a body padded to an even length. `LIST` chunks contain chunks. The
XMP packet follows the last chunk. The parser, py-aep, does not check lengths and recurses into
lists. This module therefore checks lengths and depth before, without recursion.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from intarsia.projects.errors import ProjectError

DEPTH_LIMIT = 200  # levels of nested lists; real projects have fewer than 40
CHUNK_LIMIT = 5_000_000
SIZE_LIMIT = 1 << 30  # bytes
OLDEST_FORMAT = 92  # After Effects CC 2018 (15.0) writes 92.14, AE 26 writes 97

_HEADER = struct.Struct(">4sI")


@dataclass(frozen=True)
class Outline:
    """Versions of After Effects and of the file format that a project file states."""

    ae_major: int
    """Major version of the After Effects that saved the file, such as 26."""
    file_format: int
    """Version of the file format, such as 97 for After Effects 26."""

    @property
    def too_old(self) -> bool:
        """True if py-aep does not support the file format because it is too old."""
        return self.file_format < OLDEST_FORMAT


def check_structure(path: Path) -> Outline:
    """Check that each chunk of the project file at `path` fits into the chunk that contains it.

    Returns the versions that the file states. An .aet has the same format as an .aep. Raises
    ProjectError if the file has another format, is incomplete, or exceeds a limit of this module.
    """
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise ProjectError(f"The project file is larger than {SIZE_LIMIT >> 30} GiB.")
    with path.open("rb") as file:
        return _walk(file, size)


def _root_end(file: BinaryIO, size: int) -> int:
    start = file.read(12)
    if len(start) < 12 or start[:4] != b"RIFX" or start[8:] != b"Egg!":
        raise ProjectError("The file is not an After Effects project (.aep).")
    end = 8 + int.from_bytes(start[4:8], "big")
    if end > size:
        raise ProjectError(
            f"The project file is cut off: its header declares {end} bytes, but it has {size};"
            " upload it again."
        )
    return end


def _walk(file: BinaryIO, size: int) -> Outline:
    end = _root_end(file, size)
    outline: Outline | None = None
    ends = [end]
    position, chunks = 12, 0
    while ends:
        if position == ends[-1]:
            ends.pop()
            if ends:
                position = min(position + (position & 1), ends[-1])
            continue
        kind, length = _header(file, position, ends[-1])
        chunks += 1
        if chunks > CHUNK_LIMIT:
            raise ProjectError(f"The project file has more than {CHUNK_LIMIT} parts, the limit.")
        if kind == b"head" and len(ends) == 1:
            outline = _outline(file.read(min(length, 8)))
        body = position + 8
        if kind == b"LIST" and file.read(4) != b"btdk":
            if len(ends) >= DEPTH_LIMIT:
                raise ProjectError(
                    f"The project file is nested more than {DEPTH_LIMIT} levels deep, the limit."
                )
            ends.append(body + length)
            position = body + 4
        else:
            position = min(body + length + (length & 1), ends[-1])
    if outline is None:
        raise ProjectError(
            "The project file is damaged: the version of After Effects is missing in it."
        )
    return outline


def _header(file: BinaryIO, position: int, end: int) -> tuple[bytes, int]:
    file.seek(position)
    header = file.read(8)
    if position + 8 > end or len(header) < 8:
        raise ProjectError("The project file is damaged: one of its parts is cut off.")
    kind, length = _HEADER.unpack(header)
    if position + 8 + length > end:
        raise ProjectError("The project file is damaged: one of its parts is longer than the file.")
    if kind == b"LIST" and length < 4:
        raise ProjectError("The project file is damaged: one of its parts is too short.")
    return kind, length


def _outline(head: bytes) -> Outline:
    """Parse the `head` chunk: the format's version in byte 1, After Effects' in bytes 4 to 7.

    In these four bytes, the major version is in bits 30-26 and 21-19. Raises ProjectError if `head`
    is shorter than 8 bytes.
    """
    if len(head) < 8:
        raise ProjectError(
            "The project file is damaged: the version of After Effects is missing in it."
        )
    word = int.from_bytes(head[4:8], "big")
    return Outline(ae_major=(word >> 26 & 0x1F) * 8 + (word >> 19 & 0x07), file_format=head[1])
