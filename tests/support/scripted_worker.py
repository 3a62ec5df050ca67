"""A worker that draws nothing and does what its job's first text says.

The rest is real: it is started by the fleet for an ECS task and writes through the repositories.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

import boto3

from intarsia import names
from intarsia.domain.jobs import Failure, Output
from intarsia.domain.manifests import JoinManifest, log_key
from intarsia.domain.pieces import ASSEMBLE, WHOLE, DrawnPiece
from intarsia.domain.states import Stage
from intarsia.storage.attempts import AttemptRepository, LostAttemptError
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import Objects


def main() -> int:
    job_id, attempt = os.environ[names.ENV_JOB_ID], int(os.environ[names.ENV_ATTEMPT])
    jobs = AttemptRepository(boto3.client("dynamodb"), os.environ[names.ENV_TABLE])
    renders = Objects(boto3.client("s3"), os.environ[names.ENV_RENDERS_BUCKET])
    part = os.environ[names.ENV_PIECE]
    try:
        if part == WHOLE:
            job = jobs.start(job_id, attempt, rendered_by="script")
        elif part == ASSEMBLE:
            job = jobs.start_assembly(job_id, attempt)
        else:
            job = jobs.start_piece(job_id, attempt, int(part), rendered_by="script")
    except LostAttemptError:
        return 0
    if job.pieces:
        key = f"{log_key(job_id)}.{part}.{attempt}"
        renders.put_text(key, "taken\n", "text/plain; charset=utf-8")
    manifest = ManifestStore(renders).get(job)
    renders.put_text(manifest.log_key, "scripted\n", "text/plain; charset=utf-8")
    if isinstance(manifest, JoinManifest):
        assert all(clip.src or clip.output_key for clip in manifest.clips), "children first"
        said = []
    else:
        assert all(slot.output_key for slot in manifest.slots), "a parent runs after its children"
        said = [asset.value for asset in manifest.assets if asset.type == "text"]
    script = said[0] if said else "finish"
    if part.isdecimal():
        draw(script, jobs, job_id, attempt, int(part))
    elif part == ASSEMBLE and script == "die assembling once" and attempt == 1:
        die()
    else:
        act(script, jobs, job_id, attempt)
    return 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def draw(script: str, jobs: AttemptRepository, job_id: str, attempt: int, number: int) -> None:
    """A piece; a script may be meant for piece 1 only."""
    if script == "die at 1 once" and number == 1 and attempt == 1:
        die()
    if script == "refuse at 1" and number == 1:
        failure = Failure(kind="user", reason=script)
        jobs.refuse_piece(job_id, attempt, number, failure, warnings=[])
        return
    if script == "hold pieces":
        hold(lambda: jobs.report_piece(job_id, attempt, number, progress=50))
        return
    piece = DrawnPiece(
        first=number,
        frames=1,
        width=1,
        height=1,
        fps=25,
        seconds=0.01,
        rendered_by="script",
    )
    jobs.finish_piece(job_id, attempt, number, piece)


def hold(report: Callable[[], None]) -> None:
    """Render until somebody ends it."""
    while True:
        try:
            report()
        except LostAttemptError:
            return
        time.sleep(0.5)


def act(script: str, jobs: AttemptRepository, job_id: str, attempt: int) -> None:
    if script == "die" or (script == "die once" and attempt == 1):
        die()
    if script == "wait once" and attempt == 1:
        signal.pause()
    if script == "hold":
        hold(lambda: jobs.report(job_id, attempt, stage=Stage.RENDER, progress=50))
        return
    if script.startswith("refuse"):
        jobs.record_verdict(job_id, attempt, Failure(kind="user", reason=script))
        return
    jobs.finish(
        job_id,
        attempt,
        output=Output(key="k", bytes=1, frames=1, width=1, height=1, fps=25, duration=1),
        render_seconds=0.01,
        rendered_by="script",
        missing_fonts=[],
        warnings=[],
    )


if __name__ == "__main__":
    sys.exit(main())
