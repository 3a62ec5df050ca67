"""Output of `settings.type: "aep"`: a zip of the injected project and every file it uses."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import py_aep
from py_aep.binary.utils import dump_alas, recursive_find
from py_aep.resolvers.platform_paths import platform_path, relative_path_counts

from intarsia.domain.assets import StaticAsset
from intarsia.projects.errors import ProjectError
from intarsia.projects.reader import open_project
from intarsia.projects.uploaded_files import UploadedFiles
from render_container.worker.download import Downloaded
from render_container.worker.errors import AttemptError
from render_container.worker.file_names import safe_name
from render_container.worker.work import Prepared, RenderWork

FOOTAGE: Final = "(Footage)"
"""Name of the archive's folder for footage, the same as in After Effects' Collect Files."""
_BLOCK = 1 << 20  # bytes
_HOME: Final = "/Intarsia"
"""Invented folder in which the package seems to lie, for absolute paths stored in the project.

It does not exist on any machine, so After Effects uses the paths relative to the project.
"""


@dataclass
class _Contents:
    """Contents of the package's archive."""

    name: str
    """Name of the project file in the archive, without its extension."""
    files: dict[PurePosixPath, Path] = field(default_factory=dict)
    """Local files by their path in the archive."""

    def place(self, local: Path, folder: PurePosixPath) -> PurePosixPath:
        """Add the file `local` below the archive's `folder` and return its path in the archive.

        The path is unique even without regard to case. The file's name is kept: it is also the name
        of layers without a name of their own, and expressions refer to layers by name.
        """
        taken = {str(path).lower() for path, file in self.files.items() if file != local}
        path, number = folder / local.name, 1
        while str(path).lower() in taken:
            number += 1
            path = folder / str(number) / local.name
        self.files[path] = local
        return path


def package(work: RenderWork, downloaded: Downloaded, prepared: Prepared) -> Path:
    """Write the package's archive to the work folder and return its path.

    `prepared` is the project with its assets injected. Footage files that the template lacks are
    left out and add warnings.
    """
    app, _ = open_project(prepared.project, in_detail=lambda _: False)
    own = downloaded.project.stem
    name = own if own.lower() != "project" else safe_name(prepared.composition)
    contents = _Contents(safe_name(name) or "project")
    found = _Found(downloaded)
    for item in app.project.footages:
        source = item.main_source
        if not isinstance(source, py_aep.FileSource):
            continue
        work.heartbeat.check()
        local = found.file(source)
        if local is None:
            work.warnings.append(
                f'The package lacks footage "{item.name}": the template does not contain it.'
            )
        elif source.target_is_folder:
            _lead_to(app.project, source, _place_sequence(contents, local), contents.name)
        else:
            path = contents.place(local, PurePosixPath(FOOTAGE))
            _lead_to(app.project, source, path, contents.name)
    for number, asset in enumerate(work.manifest.assets):
        if isinstance(asset, StaticAsset):
            contents.place(downloaded.files[number], PurePosixPath())
    project = work.folder / "packaged.aep"
    app.project.save(project)
    contents.files[PurePosixPath(f"{contents.name}.aep")] = project
    return _zipped(work, contents, work.folder / "package.zip")


def verify_package(work: RenderWork, prepared: Prepared, archive: Path) -> None:
    """Verify a package by reading its whole archive, and the project in it.

    Raises AttemptError if an entry of the archive is damaged or the project cannot be read. Also
    raises it if the project lacks the composition of `prepared`, or if the archive lacks a file to
    which the project refers.
    """
    try:
        with zipfile.ZipFile(archive) as pack:
            names = set(pack.namelist())
            for name in names:
                _drain(work, pack, name)
            (project,) = [name for name in names if "/" not in name and name.endswith(".aep")]
            path = Path(pack.extract(project, work.folder / "verify"))
        app, facts = open_project(path, in_detail=lambda _: False)
    except (zipfile.BadZipFile, zlib.error, EOFError, ProjectError, ValueError) as error:
        raise AttemptError("transient", f"The package cannot be read back: {error}") from error
    if prepared.composition not in {comp.name for comp in facts.compositions}:
        raise AttemptError(
            "transient", f'The project in the package lacks composition "{prepared.composition}".'
        )
    for item in app.project.footages:
        stored = getattr(item.main_source, "file", "").replace("\\", "/")
        inside = stored.partition(f"/{FOOTAGE}/")[2]
        if inside and f"{FOOTAGE}/{inside}" not in names:
            raise AttemptError(
                "transient", f'The package lacks the file "{inside}", which its project uses.'
            )


class _Found:
    """Lookup of footage items' files among the downloaded files."""

    def __init__(self, downloaded: Downloaded) -> None:
        self._assets = {_plain(str(path)): path for path in downloaded.files.values()}
        self._folder = downloaded.project.parent
        self._came_along = UploadedFiles(self._folder)

    def file(self, source: Any) -> Path | None:
        """Return the local file of `source`, py-aep's source of a footage item.

        For an image sequence, returns one of its files. Returns None if the file is missing.
        """
        asset = self._assets.get(_plain(source.file))
        if asset is not None:
            return asset
        tail = self._came_along.find(source.file)
        if tail is not None:
            return self._folder / tail
        return next(self._in_folder(source), None) if source.target_is_folder else None

    def _in_folder(self, source: Any) -> Iterator[Path]:
        name = re.split(r"[\\/]+", source.file.rstrip("\\/"))[-1]
        for folder in self._folder.rglob("*"):
            if folder.is_dir() and folder.name == name:
                yield from (path for path in sorted(folder.iterdir()) if path.is_file())


def _plain(path: str) -> str:
    """Return `path` with forward slashes and without a Windows drive, for comparisons.

    The drive must be removed, because py-aep puts one before POSIX paths too.
    """
    return re.sub(r"^[A-Za-z]:", "", path).replace("\\", "/")


def _place_sequence(contents: _Contents, first: Path) -> PurePosixPath:
    folder = PurePosixPath(FOOTAGE) / (safe_name(first.parent.name) or "sequence")
    while any(path.parent == folder for path in contents.files):
        folder = folder.with_name(f"{folder.name}-2")
    for path in sorted(first.parent.iterdir()):
        if path.is_file() and path.suffix.lower() == first.suffix.lower():
            contents.files[folder / path.name] = path  # renaming would break the sequence
    return folder


def _lead_to(project: Any, source: Any, path: PurePosixPath, name: str) -> None:
    """Set the absolute and the relative path of a footage source to `path` in the package.

    `project` and `source` are py-aep's; `name` is the name of the package's project file, without
    extension. Changes py-aep's record directly (see py_aep.resolvers.platform_paths), because
    importing the file anew would lose the template's interpretation settings for the footage.
    """
    windows = project._windows  # noqa: SLF001
    whole = platform_path(f"{_HOME}/{name}/{path}", windows=windows)
    base = platform_path(f"{_HOME}/{name}/{name}.aep", windows=windows)
    pin = source._pin  # noqa: SLF001
    for record in recursive_find(pin.chunks, chunk_type="alas"):
        data = json.loads(record.value)
        data["fullpath"] = whole
        data["platform"] = 1 if windows else 2
        data["server_name"] = data["server_volume_name"] = ""
        data["ascendcount_base"], data["ascendcount_target"] = relative_path_counts(
            base, whole, target_is_folder=source.target_is_folder
        )
        record.value = dump_alas(data)


def _zipped(work: RenderWork, contents: _Contents, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as pack:
        for done, (path, local) in enumerate(contents.files.items(), start=1):
            entry = zipfile.ZipInfo(str(path), (1980, 1, 1, 0, 0, 0))
            # Media are compressed already.
            small = local.suffix in {".aep", ".csv", ".json", ".txt"}
            entry.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
            with local.open("rb") as file, pack.open(entry, "w", force_zip64=True) as into:
                while block := file.read(_BLOCK):
                    work.heartbeat.check()
                    into.write(block)
            work.heartbeat.progress(done / len(contents.files))
    work.log.line(f"package: {len(contents.files)} files, {archive.stat().st_size} bytes")
    return archive


def _drain(work: RenderWork, pack: zipfile.ZipFile, name: str) -> None:
    """Read the archive's entry `name` to its end, so that zipfile verifies its checksum."""
    with pack.open(name) as entry:
        while entry.read(_BLOCK):
            work.heartbeat.check()
