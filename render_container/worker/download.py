"""Stage 1: the template, the assets' files and the children's outputs onto this machine."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Event

from intarsia.domain.assets import FootageAsset, SlotAsset, StaticAsset
from intarsia.fetching.fetch import SourceError, fetch, shown
from intarsia.projects.archive import extract_project
from intarsia.projects.errors import ProjectError
from intarsia.storage.objects import ObjectNotFoundError
from render_container.injection.plan import MediaInfo
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.probe import ProbeError, probe
from render_container.worker.sniff import file_type
from render_container.worker.work import Work

PARALLEL = 4

_WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Downloaded:
    """What is on this machine now; files by the position of their asset."""

    project: Path
    files: Mapping[int, Path]
    media: Mapping[int, MediaInfo]


def download(work: Work) -> Downloaded:
    """Fetch everything the manifest names. Raises AttemptError naming the asset."""
    project = _template(work)
    folder = work.folder / "assets"
    folder.mkdir()
    assets = [
        (number, asset)
        for number, asset in enumerate(work.manifest.assets)
        if isinstance(asset, (FootageAsset, StaticAsset, SlotAsset))
    ]
    files: dict[int, Path] = {}
    media: dict[int, MediaInfo] = {}
    given_up = Event()

    def check() -> None:
        work.heartbeat.check()
        if given_up.is_set():
            raise CancelledError

    pool = ThreadPoolExecutor(PARALLEL)
    try:
        # The first asset that fails, in the order of the request, is the one that is named.
        fetcher = _Fetcher(work, folder, project.parent, check)
        found = pool.map(lambda pair: fetcher.file(*pair), assets)
        for done, (number, _) in enumerate(assets, start=1):
            files[number], info = next(found)
            if info:
                media[number] = info
            work.heartbeat.progress(done / len(assets))
    finally:
        given_up.set()
        pool.shutdown(wait=False, cancel_futures=True)
    return Downloaded(project, files, media)


def _template(work: Work) -> Path:
    manifest = work.manifest
    upload = work.folder / f"template.{manifest.template_type}"
    try:
        work.templates.download(manifest.template_key, upload)
        project = extract_project(upload, manifest.template_type, work.folder / "project")
    except ObjectNotFoundError:
        raise AttemptError("user", "The template's file has been deleted.") from None
    except ProjectError as error:
        raise AttemptError("user", f"The template cannot be used: {error}") from error
    work.log.line(f"template: {upload.stat().st_size} bytes, project {project.name}")
    upload.unlink()
    return project


@dataclass(frozen=True)
class _Fetcher:
    """Brings the files of single assets; used by several threads."""

    work: Work
    folder: Path
    project_folder: Path
    check: Callable[[], None]
    """Raises when the download is to be given up."""

    def file(
        self, number: int, asset: FootageAsset | StaticAsset | SlotAsset
    ) -> tuple[Path, MediaInfo | None]:
        """The asset's file under its final name, and what a probe found in it."""
        self.check()
        part = self.folder / f"asset-{number}.part"
        if isinstance(asset, SlotAsset):
            return _placed(part, self._child_output(asset, number, part), asset.media)
        what = self._from_url(asset, number, part)
        if isinstance(asset, StaticAsset):
            return _beside_project(part, asset, number, self.project_folder), None
        return _placed(part, what, asset.type)

    def _from_url(self, asset: FootageAsset | StaticAsset, number: int, part: Path) -> str:
        """Fetch an asset's file to `part`; returns what to call it in messages."""
        kind = "file" if isinstance(asset, StaticAsset) else asset.type
        what = f"assets[{number}]: the {kind} at {shown(asset.src)}"
        allow_private = self.work.environment.allow_private_sources
        try:
            got = fetch(asset.src, part, check=self.check, allow_private=allow_private)
        except SourceError as error:
            blame: Kind = "transient" if error.transient else "user"
            raise AttemptError(blame, f"{what} {error}.") from error
        self.work.log.line(f"{what}: {got.bytes} bytes, sha256 {got.sha256}")
        return what

    def _child_output(self, asset: SlotAsset, number: int, part: Path) -> str:
        what = f'assets[{number}]: the output of nested job {asset.child_id} ("{asset.layer_name}")'
        if asset.output_key is None:
            raise AttemptError("configuration", f"{what} was never put into the manifest.")
        if asset.output_key.endswith(".zip"):
            raise AttemptError(
                "user",
                f"{what} is a sequence of pictures, which cannot be set into a layer; ask it for a"
                " video or for one frame.",
            )
        try:
            self.work.renders.download(asset.output_key, part)
        except ObjectNotFoundError:
            raise AttemptError("transient", f"{what} is no longer there.") from None
        self.work.log.line(f"{what}: {part.stat().st_size} bytes")
        return what


def _placed(part: Path, what: str, want: str) -> tuple[Path, MediaInfo | None]:
    """Name a media file by what it really is, and prove that it can be decoded."""
    kind = file_type(part)
    if kind is None:
        raise AttemptError("user", f"{what} is no picture, movie or sound that can be placed.")
    path = part.with_suffix(f".{kind.extension}")
    part.rename(path)
    try:
        return path, probe(path, kind, "audio" if want == "audio" else "video")
    except ProbeError as error:
        raise AttemptError("user", f"{what} {error}.") from error


def _beside_project(part: Path, asset: StaticAsset, number: int, folder: Path) -> Path:
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


def safe_name(path: str) -> str:
    """The last component of a user's path as a file name for any system; empty if none is left."""
    name = PurePosixPath(path.replace("\\", "/")).name
    name = re.sub(r"[^\w .()+,@=-]", "_", name)[-100:].strip(". ")
    return f"_{name}" if _WINDOWS_NAMES.fullmatch(name) else name
