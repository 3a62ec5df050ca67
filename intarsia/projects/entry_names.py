"""Validation of the names in an uploaded zip: paths that are safe on Linux, macOS and Windows."""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from intarsia.projects.errors import ProjectError

_PATH_LIMIT = 180  # characters; Windows allows 260 including the path of the work folder
_WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"|?*]')
_JUNK = {".ds_store", "thumbs.db", "desktop.ini", "icon\r"}


def safe_targets(entries: Iterable[zipfile.ZipInfo]) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the entries of a zip that are files, by their path relative to the target folder.

    Folders, and files that operating systems add (such as `.DS_Store`), are left out.

    Raises ProjectError if a name leads out of the folder, is not allowed on Windows, or is longer
    than 180 characters. Raises it also if two names differ only by case or Unicode form, or one
    is both a file and a folder. Links, encrypted entries and compression other than Deflate raise
    it too.
    """
    targets: dict[PurePosixPath, zipfile.ZipInfo] = {}
    seen: dict[str, str] = {}
    folders: set[str] = set()
    for entry in entries:
        path = _safe_path(entry)
        if path is None:
            continue
        key = _collision_key(path)
        parents = {_collision_key(parent) for parent in path.parents if parent.parts}
        if key in seen or key in folders or not parents.isdisjoint(seen):
            other = seen.get(key, str(path))
            raise ProjectError(
                f'The zip holds "{other}" and "{path}", whose paths conflict on Windows and macOS;'
                " rename one of them."
            )
        seen[key] = str(path)
        folders |= parents
        targets[path] = entry
    return targets


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath | None:
    """Return an entry's path relative to the target folder.

    Returns None for a folder, and for a file that an operating system adds, such as `.DS_Store`.
    Raises ProjectError if the entry is not allowed.
    """
    name = entry.orig_filename.replace("\\", "/")
    if name.endswith("/"):
        return None
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if not parts or _is_junk(parts):
        return None
    shown = name.encode("unicode_escape").decode()[:120]
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise ProjectError(
            f'The zip holds "{shown}", a path that leads out of the archive;'
            ' use relative paths without "..".'
        )
    if any(_unusable(part) for part in parts):
        raise ProjectError(
            f'The zip holds "{shown}", a name that Windows does not allow; rename it.'
        )
    path = PurePosixPath(*parts)
    if len(str(path)) > _PATH_LIMIT:
        raise ProjectError(
            f'The zip holds "{shown}...", a path of more than {_PATH_LIMIT} characters; shorten it.'
        )
    _check_entry(entry, path)
    return path


def _is_junk(parts: list[str]) -> bool:
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1].casefold() in _JUNK


def _unusable(part: str) -> bool:
    return (
        _FORBIDDEN.search(part) is not None
        or part != part.rstrip(". ")
        or _WINDOWS_NAMES.fullmatch(part) is not None
        or any("\ud800" <= character <= "\udfff" for character in part)
        or len(part.encode()) > 255
    )


def _check_entry(entry: zipfile.ZipInfo, path: PurePosixPath) -> None:
    if entry.flag_bits & 0x1:
        raise ProjectError("The zip is encrypted; upload it without a password.")
    # Other compression methods are rare. A crafted file can make their decompressors exhaust the
    # memory.
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ProjectError(
            f'The zip holds "{path}" in an unsupported compression method; use Deflate.'
        )
    mode = entry.external_attr >> 16
    # Tools without support for file modes write 0.
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise ProjectError(
            f'The zip holds "{path}", which is a link or a special file;'
            " replace it with a regular file."
        )


def _collision_key(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()
