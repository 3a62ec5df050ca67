"""Stage 6: upload of the output to its bucket, and of the log to the renders bucket."""

from pathlib import Path

from intarsia.storage.objects import Objects
from render_container.worker.client_upload import upload_to_client
from render_container.worker.logbook import Logbook
from render_container.worker.parallel import away
from render_container.worker.work import AnyWork

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".wav": "audio/wav",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}


def upload(work: AnyWork, file: Path) -> str:
    """Upload the output `file` and return its key in the target bucket.

    The target is the client's bucket if the job has an `upload`, else the renders bucket.

    Raises LostAttemptError if the attempt is lost. If the upload has then already begun, no harm is
    done: the next attempt writes the same frames under the same key. Raises AttemptError if the
    upload to the client's bucket fails.
    """
    manifest, check = work.manifest, work.heartbeat.check
    work.heartbeat.confirm()
    content_type = CONTENT_TYPES[Path(manifest.file_name).suffix]
    theirs = manifest.upload
    if theirs is None:
        key = manifest.output_key
        away(lambda: work.renders.upload(file, key, content_type), check=check)
    else:
        key = theirs.key(manifest.file_name)
        away(
            lambda: upload_to_client(
                theirs,
                file,
                file_name=manifest.file_name,
                content_type=content_type,
                allow_private=work.environment.allow_private_sources,
                check=check,
            ),
            check=check,
        )
    where = "the client's bucket" if theirs else "the renders bucket"
    work.log.line(f"uploaded {file.stat().st_size} bytes of {content_type} to {where}")
    return key


def upload_log(log: Logbook, renders: Objects, key: str) -> None:
    """Upload the log's current content to the bucket `renders` under `key`."""
    log.flush()
    renders.upload(log.path, key, "text/plain; charset=utf-8")
