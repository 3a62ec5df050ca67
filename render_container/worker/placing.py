"""Giving downloaded files the names and kinds under which a project can take them."""

from pathlib import Path
from typing import Literal

from intarsia.domain.assets import StaticAsset
from intarsia.fetching.fetch import shown
from render_container.injection.plan import MediaInfo
from render_container.worker.errors import AttemptError
from render_container.worker.file_names import safe_name, with_extension
from render_container.worker.probe import ProbeError, probe
from render_container.worker.sniff import file_type

Want = Literal["image", "video", "audio"]


def placed(part: Path, *, what: str, want: Want, name: str) -> tuple[Path, MediaInfo | None]:
    """Name a media file by what it really is, and prove that it can be decoded.

    Args:
        part: the file, in a folder of its own.
        what: names the asset in messages.
        want: what has to be in it: sound, or else a picture.
        name: a safe file name; its ending is corrected.
    """
    kind = file_type(part)
    if kind is None:
        raise AttemptError("user", f"{what} is no picture, movie or sound that can be placed.")
    path = part.with_name(with_extension(name, kind.extension))
    part.rename(path)
    try:
        return path, probe(path, kind, "audio" if want == "audio" else "video")
    except ProbeError as error:
        raise AttemptError("user", f"{what} {error}.") from error


def beside_project(part: Path, asset: StaticAsset, number: int, folder: Path) -> Path:
    """Put a static file where the project can find it by its name."""
    name = safe_name(asset.name or "") or safe_name(shown(asset.src)) or f"asset-{number}"
    target = folder / name
    if target.exists():
        raise AttemptError(
            "user",
            f'assets[{number}].name: the template or another asset already has a file "{name}".',
        )
    part.rename(target)
    return target
