"""Unpacking of uploaded templates: a project file, a zip of a project and its footage, or a .mogrt.

Uploads are untrusted. Unpacked bytes are counted while they are written, and the names of entries
are validated. After an error, all unpacked files are deleted.
"""

import errno
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from intarsia.projects.entry_names import safe_targets
from intarsia.projects.errors import ProjectError
from intarsia.projects.mogrt import DEFINITION, FOLDER, read_definition

Declared = Literal["aep", "zip", "mogrt"]

_WANTED = {
    "aep": "an After Effects project",
    "zip": "a zip archive",
    "mogrt": "a Motion Graphics template",
}
_PACKED = PurePosixPath("project.aegraphic")
"""Path, in a .mogrt made by After Effects, of the zip that holds the project and its footage."""
_BLOCK = 1 << 20  # bytes
_DEFINITION_LIMIT = 8 << 20  # bytes
_RATIO_FLOOR = 64 << 20  # bytes that may be written at any ratio
_DIRECTORY_PER_ENTRY = 2048  # bytes of the zip's directory for each entry, a generous estimate


@dataclass(frozen=True)
class Limits:
    """Limits on an unpacked template."""

    total_bytes: int = 4 << 30
    """Largest sum of the unpacked files' sizes, in bytes."""
    entries: int = 10_000
    """Largest number of entries in one zip."""
    ratio: float = 200.0
    """Largest number of unpacked bytes for each byte of the upload; 64 MiB are always allowed."""


def extract_project(
    upload: Path, declared: Declared, folder: Path, limits: Limits | None = None
) -> Path:
    """Unpack an uploaded file into `folder`, and return the path of the project file in it.

    `declared` is the template's type, given by the client. `folder` must be empty or absent, and
    is so again after an error. `limits` of None means the defaults of Limits.

    Archives inside the archive stay packed, except the project of a .mogrt. Its bytes count towards
    the same limits.

    Raises ProjectError if the upload is not of the declared type, is damaged or exceeds a limit.
    Raises it also for a zip with no or several project files, or with an entry that is not allowed.
    Raises ValueError if `folder` is not empty.
    """
    limits = limits or Limits()
    _check_type(upload, declared)
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty")
    with _nothing_left_behind(folder):
        if declared == "aep":
            project = folder / "project.aep"
            _copy_limited(upload, project, limits)
            return project
        budget = _Budget(limits, upload.stat().st_size)
        if declared == "mogrt":
            return _unpack_mogrt(upload, folder, limits, budget)
        return _unpack(upload, folder, limits, budget)


def _check_type(upload: Path, declared: Declared) -> None:
    with upload.open("rb") as file:
        start = file.read(1024)
    actual = _type_of(start)
    if actual == "aepx":
        raise ProjectError(
            "The file is an XML project (.aepx); save it as .aep in After Effects and upload that."
        )
    if actual is None:
        wanted = _WANTED[declared]
        raise ProjectError(
            f'The file is not {wanted}, although the template\'s type is "{declared}".'
        )
    if actual != ("aep" if declared == "aep" else "zip"):
        raise ProjectError(
            f'The file is {_WANTED[actual]}, but the template has the type "{declared}";'
            f' create it with the type "{actual}".'
        )


def _type_of(start: bytes) -> Literal["aep", "zip", "aepx"] | None:
    if start[:4] == b"RIFX":
        return "aep"
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    return "aepx" if b"<AfterEffectsProject" in start else None


@contextmanager
def _nothing_left_behind(folder: Path) -> Iterator[None]:
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if existed:
            folder.mkdir(exist_ok=True)
        raise


def _copy_limited(upload: Path, to: Path, limits: Limits) -> None:
    if upload.stat().st_size > limits.total_bytes:
        raise ProjectError(f"The project is larger than {_size(limits.total_bytes)}.")
    shutil.copyfile(upload, to)


def _unpack(upload: Path, folder: Path, limits: Limits, budget: "_Budget") -> Path:
    with _entries(upload, limits) as (archive, targets):
        project = _the_project(targets)
        for path, entry in targets.items():
            _write(archive, entry, folder / path, budget)
    found = folder / project
    with found.open("rb") as file:
        if _type_of(file.read(1024)) != "aep":
            raise ProjectError(f'"{project}" in the zip is not an After Effects project.')
    return found


def _unpack_mogrt(upload: Path, folder: Path, limits: Limits, budget: "_Budget") -> Path:
    packed = folder / _PACKED
    definition = PurePosixPath(DEFINITION)
    with _entries(upload, limits) as (archive, targets):
        if _PACKED not in targets:
            raise ProjectError(_no_project_in_mogrt(targets))
        if definition not in targets:
            raise ProjectError(
                f"The .mogrt holds no {DEFINITION}; export it again from After Effects."
            )
        if targets[definition].file_size > _DEFINITION_LIMIT:
            raise ProjectError(f"{DEFINITION} is larger than {_size(_DEFINITION_LIMIT)}.")
        for path in (definition, _PACKED):
            _write(archive, targets[path], folder / path, budget)
    if read_definition((folder / DEFINITION).read_bytes()) is None:
        raise ProjectError(
            f"{DEFINITION} in the .mogrt is not a valid definition; export the .mogrt again."
        )
    with packed.open("rb") as file:
        if _type_of(file.read(1024)) != "zip":
            raise ProjectError(
                f"{_PACKED} in the .mogrt is not a zip archive; export the .mogrt again."
            )
    project = _unpack(packed, folder / FOLDER, limits, budget)
    packed.unlink()
    return project


def _no_project_in_mogrt(paths: Iterable[PurePosixPath]) -> str:
    if PurePosixPath("project.prgraphic") in paths:
        return (
            "The .mogrt was made in Premiere Pro and holds no After Effects project;"
            " make it in After Effects."
        )
    return f"The file is not a Motion Graphics template: it holds no {_PACKED}."


@contextmanager
def _entries(
    upload: Path, limits: Limits
) -> Iterator[tuple[zipfile.ZipFile, dict[PurePosixPath, zipfile.ZipInfo]]]:
    """Open a zip, and yield it with a dict of its files' entries by safe relative path.

    Raises ProjectError if the zip is damaged, has too many entries or an entry that is not allowed.
    """
    with _plain_errors(), upload.open("rb") as file:
        _check_directory(file, limits)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > limits.entries:
                raise ProjectError(f"The zip holds more than {limits.entries} files.")
            yield archive, safe_targets(entries)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Convert the exceptions that a damaged or unsupported zip causes to ProjectError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise ProjectError("The zip is damaged or cut off; upload it again.") from error
    except (UnicodeError, ValueError, OverflowError) as error:
        raise ProjectError("The zip is damaged; create and upload it again.") from error
    except OSError as error:
        # EINVAL is a seek to before the start of the file; other errors are those of the disk.
        if error.errno != errno.EINVAL:
            raise
        raise ProjectError("The zip is damaged; create and upload it again.") from error
    except NotImplementedError as error:
        raise ProjectError(
            "The zip uses an unsupported compression method; use Deflate."
        ) from error


def _check_directory(file: IO[bytes], limits: Limits) -> None:
    """Raise ProjectError if the zip's directory is missing, or too large for `limits.entries`.

    It must run before zipfile reads the directory into memory. The directory's size is in the end
    record (signature PK 5 6) or, with Zip64, in the record before it (PK 6 6).
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 76))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise ProjectError("The zip is cut off: its central directory is missing; upload it again.")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0:
        directory = max(
            directory if directory != 0xFFFFFFFF else 0,
            int.from_bytes(tail[wide + 40 : wide + 48], "little"),
        )
    if directory > limits.entries * _DIRECTORY_PER_ENTRY:
        raise ProjectError(f"The zip holds more than {limits.entries} files.")


def _the_project(paths: Iterable[PurePosixPath]) -> PurePosixPath:
    """Return the path of the project file that has the fewest parent folders.

    Raises ProjectError if `paths` has no project file (.aep or .aet), or several on that level.
    """
    known = list(paths)
    projects = [path for path in known if path.suffix.lower() in {".aep", ".aet"}]
    if not projects:
        if any(path.suffix.lower() == ".aepx" for path in known):
            raise ProjectError(
                "The zip holds an XML project (.aepx); save it from After Effects as .aep."
            )
        if _PACKED in known:
            raise ProjectError(
                'The zip is a Motion Graphics template; create the template with the type "mogrt".'
            )
        raise ProjectError("The zip holds no After Effects project (.aep).")
    top = min(len(path.parts) for path in projects)
    shallowest = sorted(path for path in projects if len(path.parts) == top)
    if len(shallowest) > 1:
        names = ", ".join(f'"{path}"' for path in shallowest[:5])
        raise ProjectError(f"The zip holds several projects ({names}); leave only one in it.")
    return shallowest[0]


class _Budget:
    """Count of the bytes unpacked from one upload, checked against its limits.

    `packed` is the size of the upload in bytes.
    """

    def __init__(self, limits: Limits, packed: int) -> None:
        self._limits = limits
        self._packed = packed
        self._written = 0

    def take(self, count: int) -> None:
        """Add `count` unpacked bytes. Raises ProjectError if the sum exceeds a limit."""
        self._written += count
        if self._written > self._limits.total_bytes:
            raise ProjectError(f"The zip unpacks to more than {_size(self._limits.total_bytes)}.")
        allowed = max(self._packed * self._limits.ratio, _RATIO_FLOOR)
        if self._written > allowed:
            raise ProjectError(
                f"The zip unpacks to more than {self._limits.ratio:g} times its own size."
            )


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, budget: _Budget) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("xb") as file:
        while block := source.read(_BLOCK):
            budget.take(len(block))
            file.write(block)


def _size(count: int) -> str:
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit:
            return f"{count / unit:g} {name}"
    return f"{count} bytes"
