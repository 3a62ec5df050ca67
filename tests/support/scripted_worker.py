"""A worker that renders nothing and follows a script, the first text asset of its job.

It reads the same manifest as a real worker and uses the worker's repositories.
"""

import threading
from collections.abc import Callable

from intarsia.domain.jobs import Failure, Output
from intarsia.domain.manifests import JoinManifest, log_key
from intarsia.domain.pieces import ASSEMBLE, WHOLE, DrawnPiece
from intarsia.domain.states import Stage
from intarsia.storage.attempts import AttemptRepository, LostAttemptError
from intarsia.storage.manifests import ManifestStore
from render_container.worker.attempt import Storage
from render_container.worker.environment import WorkerEnvironment

REPORT = 0.2  # seconds between two reports of a render that holds


class Killed(BaseException):
    """The worker died by SIGKILL."""


def work(environment: WorkerEnvironment, storage: Storage, stopped: threading.Event) -> int:
    """Run one attempt and return the exit code. `stopped` stands for SIGTERM. Raises Killed."""
    job_id, attempt, part = environment.job_id, environment.attempt, environment.part
    jobs, renders = storage.jobs, storage.renders
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
        draw(script, jobs, environment, stopped)
    elif part == ASSEMBLE and script == "die assembling once" and attempt == 1:
        raise Killed
    else:
        act(script, jobs, environment, stopped)
    return 0


def draw(
    script: str, jobs: AttemptRepository, environment: WorkerEnvironment, stopped: threading.Event
) -> None:
    """Run the script for one piece; some scripts affect piece 1 only."""
    job_id, attempt, number = environment.job_id, environment.attempt, int(environment.part)
    if script == "die at 1 once" and number == 1 and attempt == 1:
        raise Killed
    if script == "refuse at 1" and number == 1:
        failure = Failure(kind="user", reason=script)
        jobs.refuse_piece(job_id, attempt, number, failure, warnings=[])
        return
    if script == "hold pieces":
        hold(lambda: jobs.report_piece(job_id, attempt, number, progress=50), stopped)
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


def hold(report: Callable[[], None], stopped: threading.Event) -> None:
    """Render until somebody ends it."""
    while True:
        try:
            report()
        except LostAttemptError:
            return
        if stopped.wait(REPORT):
            raise Killed


def act(
    script: str, jobs: AttemptRepository, environment: WorkerEnvironment, stopped: threading.Event
) -> None:
    """Run the script for a whole render."""
    job_id, attempt = environment.job_id, environment.attempt
    if script == "die" or (script == "die once" and attempt == 1):
        raise Killed
    if script == "wait once" and attempt == 1:
        stopped.wait()
        raise Killed
    if script == "hold":
        hold(lambda: jobs.report(job_id, attempt, stage=Stage.RENDER, progress=50), stopped)
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
