"""Combined log of a job in pieces: the pieces' logs in order, then the assembly's."""

from intarsia.domain.jobs import Job
from intarsia.domain.manifests import log_key
from intarsia.storage.objects import ObjectNotFoundError, Objects
from render_container.worker.logbook import Logbook
from render_container.worker.pieces.places import piece_log_key

_CONTENT_TYPE = "text/plain; charset=utf-8"


def publish_log(job: Job, renders: Objects, own: Logbook | None = None) -> None:
    """Rewrite the job's log from the logs of its pieces and of the assembly.

    `own` is the assembly's log; None if a piece calls this. Pieces may end concurrently, and the
    last writer may have listed the logs before another piece uploaded its own. So each writer lists
    the logs again after it writes, and repeats this until their sizes no longer change. The last
    listing then includes all logs.
    """
    keys = {
        number: piece_log_key(job.id, piece.attempt, number)
        for number, piece in enumerate(job.pieces)
        if piece.attempt
    }
    written: dict[int, int | None] = {}
    while (found := {number: renders.size(key) for number, key in keys.items()}) != written:
        parts = [
            f"--- piece {number} ---\n{_text(renders, keys[number])}"
            for number, size in found.items()
            if size is not None
        ]
        if own is not None:
            own.flush()
            parts.append(f"--- assembly ---\n{own.path.read_text('utf-8', 'replace')}")
        body = "".join(parts).encode()
        renders.put_bytes(log_key(job.id), body, _CONTENT_TYPE)
        written = found


def _text(renders: Objects, key: str) -> str:
    try:
        return renders.get_text(key)
    except ObjectNotFoundError:
        return ""
