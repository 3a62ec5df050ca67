"""Download of a join's clips, four at a time."""

from pathlib import Path
from threading import Lock

from intarsia.domain.nested import Clip
from intarsia.fetching.fetch import FetchLimits, shown
from render_container.stitching import clips as stitching
from render_container.worker.errors import AttemptError
from render_container.worker.parallel import Check, in_parallel
from render_container.worker.sniff import file_type
from render_container.worker.sources import from_child, from_url
from render_container.worker.work import JoinWork

TOTAL = 20 << 30
"""Maximum total size of a join's clips, in bytes.

The joined output may take as much again, and a worker's disk holds only 50 GiB.
"""


def fetch_clips(work: JoinWork) -> list[stitching.Clip]:
    """Download a join's clips and return them in the order of the request.

    Raises AttemptError, which names the clip, if a clip cannot be downloaded or joined. Also raises
    it if the clips together are larger than TOTAL.
    """
    folder = work.folder / "clips"
    folder.mkdir()
    room = _Room(TOTAL)

    def one(numbered: tuple[int, Clip], check: Check) -> stitching.Clip:
        check()
        number, clip = numbered
        path = folder / f"{number:04d}"
        room.take(_fetch(work, clip, path, check, room.left))
        kind = file_type(path)
        if kind is None or kind.reader not in stitching.DEMUXERS:
            raise AttemptError("user", f"{called(clip)} is not a movie that can be joined.")
        return stitching.Clip(path, kind.reader)

    return in_parallel(
        list(enumerate(work.manifest.clips)),
        one,
        check=work.heartbeat.check,
        progress=work.heartbeat.progress,
    )


def called(clip: Clip) -> str:
    """Return a clip's name for messages: its field in the request, and its source."""
    if clip.src is not None:
        return f"{clip.field}: the clip at {shown(clip.src)}"
    return f"{clip.field}: the output of nested job {clip.child_id}"


def _fetch(work: JoinWork, clip: Clip, path: Path, check: Check, room: int) -> int:
    if clip.src is None:
        return from_child(work, clip.output_key, path, what=called(clip))
    limits = FetchLimits(bytes=min(FetchLimits.bytes, max(1, room)))
    return from_url(work, clip.src, path, what=called(clip), check=check, limits=limits)


class _Room:
    """Byte budget for all clips of a join. Safe between threads."""

    def __init__(self, total: int) -> None:
        self._total = self.left = total
        self._lock = Lock()

    def take(self, count: int) -> None:
        """Deduct `count` bytes for one clip. Raises AttemptError if the budget is exceeded."""
        with self._lock:
            self.left -= count
            if self.left < 0:
                raise AttemptError(
                    "user", f"assets: the clips together are larger than {self._total} bytes."
                )
