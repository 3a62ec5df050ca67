"""The stages of a join: clips put end to end, without project or engine."""

import time
from pathlib import Path

from intarsia.domain.states import Stage
from render_container.stitching import Clip, ClipError, Stitched, StitchError, stitch
from render_container.worker.clips import called, fetch_clips
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.upload import upload
from render_container.worker.verify import verify
from render_container.worker.work import Expected, JoinWork, Made

JOINED_BY = "Intarsia join"


def join_clips(work: JoinWork) -> Made:
    """Run all stages of a join, including the upload, and return the result.

    Raises AttemptError if a stage fails.
    """
    file = work.folder / work.manifest.file_name
    with work.stage(Stage.DOWNLOAD):
        clips = fetch_clips(work)
    began = time.monotonic()
    with work.stage(Stage.RENDER):
        stitched = _stitch(work, clips, file)
    seconds = time.monotonic() - began
    with work.stage(Stage.VERIFY):
        expected = Expected(
            frames=stitched.frames,
            width=stitched.width,
            height=stitched.height,
            fps=float(stitched.fps),
        )
        measured = verify(work, expected, [file])
    with work.stage(Stage.UPLOAD):
        key = upload(work, file)
    return Made(measured.output(key, file), seconds, JOINED_BY)


def _stitch(work: JoinWork, clips: list[Clip], file: Path) -> Stitched:
    heartbeat = work.heartbeat
    try:
        stitched = stitch(clips, file, check=heartbeat.check, progress=heartbeat.progress)
    except ClipError as error:
        clip = work.manifest.clips[error.index]
        # A child's output was verified before its upload, so a retry may read it intact.
        kind: Kind = "user" if clip.src is not None else "transient"
        raise AttemptError(kind, f"{called(clip)} {error.message}.") from error
    except StitchError as error:
        raise AttemptError("configuration", f"The clips could not be joined: {error}") from error
    work.warnings.extend(stitched.warnings)
    how = "copied" if stitched.copied else "encoded again"
    work.log.line(f"{len(clips)} clips, {how}: {stitched.frames} frames")
    return stitched
