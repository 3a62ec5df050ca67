"""Stage 6: the output, and always the log, into the renders bucket."""

from pathlib import Path

from intarsia.storage.objects import Objects
from render_container.worker.logbook import Logbook
from render_container.worker.work import AnyWork

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}


def upload(work: AnyWork, file: Path) -> None:
    """Upload the output, unless the attempt was lost: raises LostAttemptError then.

    An attempt that is merely late would write the same frames under the same key.
    """
    work.heartbeat.confirm()
    content_type = CONTENT_TYPES[Path(work.manifest.output_key).suffix]
    work.renders.upload(file, work.manifest.output_key, content_type)
    work.log.line(f"uploaded {file.stat().st_size} bytes of {content_type}")


def upload_log(log: Logbook, renders: Objects, key: str) -> None:
    """Upload the log as it stands."""
    log.flush()
    renders.upload(log.path, key, "text/plain; charset=utf-8")
