"""Stage 1: download of the project, the team's fonts, the assets' files and children's outputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from intarsia.domain.assets import FootageAsset, FunctionAsset, ScriptAsset, StaticAsset
from intarsia.domain.functions import GenAi
from intarsia.domain.nested import ManifestAsset, SlotAsset
from intarsia.domain.scripts import SCRIPT_LIMIT
from intarsia.fetching.fetch import FetchLimits, shown
from render_container.injection.plan import MediaInfo
from render_container.worker.file_names import safe_name
from render_container.worker.fonts import fetch_fonts
from render_container.worker.generated import generate
from render_container.worker.parallel import Check, in_parallel
from render_container.worker.placing import beside_project, placed
from render_container.worker.sources import from_child, from_url
from render_container.worker.template import template
from render_container.worker.work import RenderWork

FileAsset = FootageAsset | StaticAsset | ScriptAsset | SlotAsset | FunctionAsset
SCRIPT = FetchLimits(bytes=4 * SCRIPT_LIMIT)  # UTF-8 takes up to 4 bytes per character


@dataclass(frozen=True)
class Downloaded:
    """Downloaded files of a job.

    The keys of `files` and `media` are the assets' positions in the manifest, from 0.
    """

    project: Path
    """The unpacked After Effects project file."""
    fonts: Path | None
    """Folder with the team's fonts; None if the manifest names none."""
    files: Mapping[int, Path]
    media: Mapping[int, MediaInfo]
    """Properties of the files that are media, except artwork."""


def download(work: RenderWork) -> Downloaded:
    """Download every file that the manifest names, and return the files' paths.

    Raises AttemptError, which names the file's asset or field, if a file cannot be downloaded or
    used.
    """
    project = template(work)
    fonts = fetch_fonts(work)
    folder = work.folder / "assets"
    folder.mkdir()
    assets = [
        (number, asset) for number, asset in enumerate(work.manifest.assets) if _has_file(asset)
    ]
    fetcher = _Fetcher(work, folder, project.parent)
    found = in_parallel(
        assets, fetcher.file, check=work.heartbeat.check, progress=work.heartbeat.progress
    )
    numbers = [number for number, _ in assets]
    return Downloaded(
        project=project,
        fonts=fonts,
        files={number: path for number, (path, _) in zip(numbers, found, strict=True)},
        media={number: info for number, (_, info) in zip(numbers, found, strict=True) if info},
    )


def _has_file(asset: ManifestAsset) -> TypeGuard[FileAsset]:
    if isinstance(asset, ScriptAsset):
        return asset.text is None
    if isinstance(asset, FunctionAsset):
        return isinstance(asset.params, GenAi)
    return isinstance(asset, (FootageAsset, StaticAsset, SlotAsset))


@dataclass(frozen=True)
class _Fetcher:
    """Downloader of single assets' files. Safe between threads."""

    work: RenderWork
    folder: Path
    """Folder in which each asset with a file gets a folder of its own."""
    project_folder: Path
    """Folder of the project file, which receives the files of static assets."""

    def file(self, numbered: tuple[int, FileAsset], check: Check) -> tuple[Path, MediaInfo | None]:
        """Download an asset's file; return the file's final path and its media properties.

        `numbered` is the asset's position in the manifest, and the asset. The properties are None
        for scripts, static files and artwork.
        """
        check()
        number, asset = numbered
        folder = self.folder / str(number)  # one per asset: two assets may have the same name
        folder.mkdir()
        part = folder / "part"
        if isinstance(asset, SlotAsset):
            what = (
                f"assets[{number}]: the output of nested job {asset.child_id}"
                f' ("{asset.layer_name}")'
            )
            from_child(self.work, asset.output_key, part, what=what)
            name = f"asset-{number}"
            return placed(part, what=what, want=asset.media, name=name, conform=False, check=check)
        if isinstance(asset, FunctionAsset):
            return self._generated(number, asset, part, check)
        kind = "file" if isinstance(asset, StaticAsset) else asset.type
        src = asset.src or ""  # never None here: a script without `src` has inline text, so no file
        what = f"assets[{number}]: the {kind} at {shown(src)}"
        limits = SCRIPT if isinstance(asset, ScriptAsset) else None
        from_url(self.work, src, part, what=what, check=check, limits=limits)
        if isinstance(asset, ScriptAsset):
            return part.rename(folder / "script.jsx"), None
        if isinstance(asset, StaticAsset):
            return beside_project(part, asset, number, self.project_folder), None
        name = safe_name(asset.name or "") or f"asset-{number}"
        return placed(
            part, what=what, want=asset.type, name=name, conform=asset.conform, check=check
        )

    def _generated(
        self, number: int, asset: FunctionAsset, part: Path, check: Check
    ) -> tuple[Path, MediaInfo | None]:
        params = asset.params
        assert isinstance(params, GenAi)
        what = generate(self.work, params, number, part, check=check)
        name = f"asset-{number}"
        return placed(part, what=what, want=params.type, name=name, conform=None, check=check)
