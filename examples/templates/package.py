"""Saving templates: a bare `.aep`, or a `.zip` with the project and its footage.

Two builds into the same folder give byte-identical footage. Their projects differ only in a random
identifier of 16 bytes, which py-aep generates for each text layer. Projects refer to their footage
by its path on the building machine and, as After Effects does, by a path relative to the project.
"""

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import py_aep

# Files are dated alike on every build: py-aep stores footage dates, and zip entries carry them.
_DATE = (2026, 1, 1, 0, 0, 0)
_DATE_EPOCH = 1_767_225_600  # seconds: the same moment, UTC


@dataclass(frozen=True)
class BuiltTemplate:
    """One template on disk, with the properties that a template upload requires."""

    name: str
    type: Literal["aep", "zip"]
    path: Path
    display_name: str
    compositions: tuple[str, ...]


@dataclass
class Bench:
    """A project being built in `folder`, with its footage in `folder/footage`."""

    folder: Path
    project: Any = field(default_factory=lambda: py_aep.new().project)

    def comp(self, name: str, size: tuple[int, int], duration: float, rate: float) -> Any:
        """Add a composition: size in square pixels, duration in seconds, rate in frames/s."""
        return self.project.root_folder.add_comp(name, *size, 1.0, duration, rate)

    def footage_file(self, name: str) -> Path:
        """Return the path at which to write the footage file `name` before `import_footage`."""
        footage = self.folder / "footage"
        footage.mkdir(exist_ok=True)
        return footage / name

    def import_footage(self, path: Path) -> Any:
        """Import a still or sound that was written at a path from `footage_file`."""
        os.utime(path, (_DATE_EPOCH, _DATE_EPOCH))
        return self.project.import_file(py_aep.ImportOptions(path))


@contextmanager
def bench(into: Path, name: str) -> Iterator[Bench]:
    """Create an empty folder for template `name` inside `into`, and delete it on exit."""
    folder = into / f"{name}.build"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Bench(folder)
    finally:
        shutil.rmtree(folder)


def save_aep(work: Bench, into: Path, name: str, display_name: str) -> BuiltTemplate:
    """Save a project that needs no footage files as `into/name.aep`."""
    path = into / f"{name}.aep"
    path.unlink(missing_ok=True)  # py-aep refuses to overwrite
    work.project.save(path)
    return BuiltTemplate(name, "aep", path, display_name, _compositions(work))


def save_zip(work: Bench, into: Path, name: str, display_name: str) -> BuiltTemplate:
    """Save a project and its footage as `into/name.zip`."""
    work.project.save(work.folder / f"{name}.aep")
    path = into / f"{name}.zip"
    files = sorted(file for file in work.folder.rglob("*") if file.is_file())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(work.folder).as_posix(), _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return BuiltTemplate(name, "zip", path, display_name, _compositions(work))


def _compositions(work: Bench) -> tuple[str, ...]:
    return tuple(comp.name for comp in work.project.compositions)
