"""Collection of the facts of a project's footage items."""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Literal

import py_aep

from intarsia.projects.facts import FootageFacts
from intarsia.projects.uploaded_files import UploadedFiles

FileKind = Literal["image", "sequence", "video", "audio", "data", "model"]

_DATA_SUFFIXES = {".json", ".csv", ".tsv", ".txt", ".mgjson"}
_MODEL_SUFFIXES = {".glb", ".gltf", ".obj", ".fbx"}


def gather_footage(
    project: Any, *, used: set[int], files: UploadedFiles | None
) -> Iterator[FootageFacts]:
    """Yield the facts of every footage item of a py-aep project.

    `used` has the ids of the items that are the source of a layer. `files` are the files uploaded
    with the project. If it is None, no file counts as present.
    """
    for item in project.footages:
        source = item.main_source
        facts: dict[str, Any] = {
            "aeid": item.id,
            "name": item.name,
            "kind": "solid" if isinstance(source, py_aep.SolidSource) else "placeholder",
            "width": item.width,
            "height": item.height,
            "duration_s": item.duration,
            "frame_rate": item.frame_rate,
            "used": item.id in used,
        }
        if isinstance(source, py_aep.FileSource):
            facts |= _file(item, source, files)
        yield FootageFacts(**facts)


def _file(item: Any, source: Any, files: UploadedFiles | None) -> dict[str, object]:
    path = source.file
    local = files.find(path) if files is not None else None
    present = local is not None
    if source.target_is_folder and files is not None:
        present = present or files.holds_folder(path)
    return {
        "kind": _file_kind(item, source),
        "path": path,
        "present": present,
        "local_path": local,
    }


def _file_kind(item: Any, source: Any) -> FileKind:
    path = source.file
    windows = "\\" in path
    suffix = (PureWindowsPath(path) if windows else PurePosixPath(path)).suffix.lower()
    if suffix in _DATA_SUFFIXES:
        return "data"
    if suffix in _MODEL_SUFFIXES:
        return "model"
    if source.target_is_folder:
        return "sequence"
    if source.is_still:
        return "image"
    return "video" if item.has_video else "audio"
