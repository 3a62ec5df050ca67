"""Names inside a zip, made safe for every system a project is unpacked on."""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from intarsia.projects.errors import ProjectError

_PATH_LIMIT = 180  # characters; Windows stops at 260 with the work folder in front
_WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"|?*]')
_JUNK = {".ds_store", "thumbs.db", "desktop.ini", "icon\r"}


def safe_targets(entries: Iterable[zipfile.ZipInfo]) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Where each file goes, relative to the folder; what systems add by themselves is left out.

    Raises ProjectError for names that lead elsewhere, that Windows cannot have, or that differ only
    by case or Unicode form, and for entries that are links, encrypted or oddly packed.
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
                f'The zip holds "{other}" and "{path}", which would be the same file.'
            )
        seen[key] = str(path)
        folders |= parents
        targets[path] = entry
    return targets


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath | None:
    """The path of an entry inside the folder; None for folders and for what systems add."""
    name = entry.orig_filename.replace("\\", "/")
    if name.endswith("/"):
        return None
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if not parts or _is_junk(parts):
        return None
    shown = name.encode("unicode_escape").decode()[:120]
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise ProjectError(f'The zip holds "{shown}", which leads out of its folder.')
    if any(_unusable(part) for part in parts):
        raise ProjectError(f'The zip holds "{shown}", a name that Windows cannot have.')
    path = PurePosixPath(*parts)
    if len(str(path)) > _PATH_LIMIT:
        raise ProjectError(
            f'The zip holds "{shown}...", a path of more than {_PATH_LIMIT} characters.'
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
    # Others are rare, and what unpacks them can be led to take all memory.
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ProjectError(
            f'The zip holds "{path}" in a compression that cannot be read; use Deflate.'
        )
    mode = entry.external_attr >> 16
    # Tools that know no modes leave 0.
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise ProjectError(f'The zip holds "{path}", which is a link or no ordinary file.')


def _collision_key(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()
