"""The team's fonts that a render wants, in a folder for whoever draws."""

from pathlib import Path

from intarsia.domain.manifests import FontFile
from intarsia.storage.objects import ObjectNotFoundError
from render_container.worker.file_names import safe_name
from render_container.worker.parallel import Check, in_parallel
from render_container.worker.work import RenderWork


def fetch_fonts(work: RenderWork) -> Path | None:
    """Download the manifest's fonts; None if there are none.

    A font that has been deleted meanwhile is a warning, as every missing font is. The open
    compositor gets the folder by name; After Effects knows only fonts that Windows knows, so
    there the container has to add what lies in it (`AddFontResource`) before the engine starts.
    """
    if not work.manifest.fonts:
        return None
    folder = work.folder / "fonts"
    folder.mkdir()

    def one(numbered: tuple[int, FontFile], check: Check) -> None:
        check()
        number, font = numbered
        # A number in front: two fonts may bear one name.
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
