"""Download of the team's fonts that a render uses."""

from pathlib import Path

from intarsia.domain.manifests import FontFile
from intarsia.storage.objects import ObjectNotFoundError
from render_container.worker.file_names import safe_name
from render_container.worker.parallel import Check, in_parallel
from render_container.worker.work import RenderWork


def fetch_fonts(work: RenderWork) -> Path | None:
    """Download the manifest's fonts and return their folder; None if the manifest names none.

    A font that the team has deleted adds a warning, like every missing font. The open compositor
    gets the folder's path. After Effects finds only fonts that are registered with Windows, so
    they are registered (`AddFontResource`) later, before it starts.
    """
    if not work.manifest.fonts:
        return None
    folder = work.folder / "fonts"
    folder.mkdir()

    def one(numbered: tuple[int, FontFile], check: Check) -> None:
        check()
        number, font = numbered
        # Numbered, because two fonts may have the same file name.
        path = folder / f"{number:03d}-{safe_name(font.file_name) or 'font.ttf'}"
        try:
            work.templates.download(font.key, path)
        except ObjectNotFoundError:
            work.warnings.append(f'fonts: "{path.name[4:]}" has been deleted.')
            return
        work.log.line(f"font {path.name[4:]}: {path.stat().st_size} bytes")

    check = work.heartbeat.check
    numbered = list(enumerate(work.manifest.fonts))
    in_parallel(numbered, one, check=check, progress=lambda _: None)
    return folder
