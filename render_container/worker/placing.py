"""Preparation of downloaded files for use in a project: their check, conversion and naming."""

from pathlib import Path
from typing import Literal

from intarsia.domain.assets import StaticAsset
from intarsia.fetching.fetch import shown
from render_container.injection.plan import MediaInfo
from render_container.worker.conform import ConformError, conformed, needs_conforming
from render_container.worker.errors import AttemptError
from render_container.worker.file_names import safe_name, with_extension
from render_container.worker.parallel import Check
from render_container.worker.probe import ProbeError, probe
from render_container.worker.sniff import FileType, file_type

Want = Literal["image", "video", "audio"]


def placed(
    part: Path, *, what: str, want: Want, name: str, conform: bool | None, check: Check
) -> tuple[Path, MediaInfo | None]:
    """Prove that a media file can be decoded, conform it if needed, and name it by its type.

    Returns the file's final path and its properties (None for artwork). Raises AttemptError if the
    format is not supported, or if the file is damaged, too large, or lacks the required content.

    Args:
        part: the downloaded file, in a folder of its own.
        what: the asset's name in messages.
        want: the required content: sound for `audio`, a picture for `image` and `video`.
        name: a safe file name; its extension is corrected.
        conform: the client's choice whether to convert the file to a format that every engine
            reads; None converts only files that After Effects misreads.
        check: called often; raises if the work must stop.
    """
    sound_only = want == "audio"
    try:
        kind = _kind(part, what)
        info = probe(part, kind, "audio" if sound_only else "video")
        if needs_conforming(part, kind, asked=conform, sound_only=sound_only, check=check):
            result = conformed(part, kind, sound_only=sound_only, check=check)
            part.unlink()
            part, kind = result, _kind(result, what)
            info = probe(part, kind, "audio" if sound_only else "video")
    except (ProbeError, ConformError) as error:
        raise AttemptError("user", f"{what} {error}.") from error
    path = part.with_name(with_extension(name, kind.extension))
    part.rename(path)
    return path, info


def _kind(part: Path, what: str) -> FileType:
    kind = file_type(part)
    if kind is None:
        raise AttemptError(
            "user", f"{what} is not a picture, movie or sound of a supported format."
        )
    return kind


def beside_project(part: Path, asset: StaticAsset, number: int, folder: Path) -> Path:
    """Move `part`, the file of a static asset, into the project's `folder`; return its new path.

    The file gets the asset's name, by which the project finds it. `number` is the asset's position
    in the manifest, from 0. Raises AttemptError if the folder already has a file of that name.
    """
    name = safe_name(asset.name or "") or safe_name(shown(asset.src)) or f"asset-{number}"
    target = folder / name
    if target.exists():
        raise AttemptError(
            "user",
            f'assets[{number}].name: the template or another asset already has a file "{name}".',
        )
    part.rename(target)
    return target
