"""A worker that draws nothing and does what its job's first text says.

The rest is real: it is started by the fleet for an ECS task and writes through the repositories.
"""

import os
import signal
import sys
import time

import boto3

from intarsia import names
from intarsia.domain.jobs import Failure, Output
from intarsia.domain.manifests import JoinManifest
from intarsia.domain.states import Stage
from intarsia.storage.jobs import JobRepository, LostAttemptError
from intarsia.storage.manifests import ManifestStore
from intarsia.storage.objects import Objects


def main() -> int:
    job_id, attempt = os.environ[names.ENV_JOB_ID], int(os.environ[names.ENV_ATTEMPT])
    jobs = JobRepository(boto3.client("dynamodb"), os.environ[names.ENV_TABLE])
    renders = Objects(boto3.client("s3"), os.environ[names.ENV_RENDERS_BUCKET])
    try:
        job = jobs.start(job_id, attempt, rendered_by="script")
    except LostAttemptError:
        return 0
    manifest = ManifestStore(renders).get(job)
    renders.put_text(manifest.log_key, "scripted\n", "text/plain; charset=utf-8")
    if isinstance(manifest, JoinManifest):
        assert all(clip.src or clip.output_key for clip in manifest.clips), "children first"
        said = []
    else:
        assert all(slot.output_key for slot in manifest.slots), "a parent runs after its children"
        said = [asset.value for asset in manifest.assets if asset.type == "text"]
    act(said[0] if said else "finish", jobs, job_id, attempt)
    return 0


def hold(jobs: JobRepository, job_id: str, attempt: int) -> None:
    """Render until somebody ends it."""
    while True:
        try:
            jobs.report(job_id, attempt, stage=Stage.RENDER, progress=50)
        except LostAttemptError:
            return
        time.sleep(0.5)


def act(script: str, jobs: JobRepository, job_id: str, attempt: int) -> None:
    if script == "die" or (script == "die once" and attempt == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    if script == "wait once" and attempt == 1:
        signal.pause()
    if script == "hold":
        hold(jobs, job_id, attempt)
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
