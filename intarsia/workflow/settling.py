"""Settling: the decision that follows the end of a job's render tasks.

The result of the ECS task is never read; only the worker's record in the table counts. A worker
that recorded nothing is regarded as lost with its machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from intarsia.domain.jobs import MAX_ATTEMPTS, Failure, Job
from intarsia.domain.pieces import ASSEMBLE, WHOLE
from intarsia.domain.states import Status
from intarsia.storage.jobs import JobRepository
from intarsia.workflow.failing import fail, tell_parent


@dataclass(frozen=True)
class Decision:
    """The next step of a job's execution."""

    decision: Literal["retry", "assemble", "done"]
    """`retry`: `attempt` starts. `done`: the job has ended.

    `assemble`: the same attempt continues, because all pieces of the job are rendered.
    """
    attempt: int
    """Number of the job's current attempt."""
    status: Status
    parts: list[str] = field(default_factory=list)
    """The parts of the job to render next, one task each; see Job.parts."""


def settle(
    jobs: JobRepository,
    job_id: str,
    attempt: int,
    cause: str | None,
    *,
    parts: Sequence[str] = (WHOLE,),
) -> Decision:
    """Decide how a job continues after the render tasks of `attempt` for `parts` have ended.

    `cause` is the tasks' error as reported by Step Functions, or None if there was none. It
    becomes part of the failure's reason if the worker recorded no verdict. Idempotent. Raises
    KeyError for an unknown job.
    """
    job = jobs.get(job_id)
    if job is None:
        raise KeyError(job_id)
    if not job.status.terminal and job.attempt == attempt:
        if job.verdict is None and job.parts == [ASSEMBLE] != list(parts):
            return Decision("assemble", job.attempt, job.status, job.parts)
        _end_attempt(jobs, job, job.verdict or _lost(cause))
        job = jobs.get(job_id) or job
    if job.status is Status.ERROR and job.failure:
        # An earlier call may have failed the job and crashed before it reached the parents.
        tell_parent(jobs, job, job.failure)
    decision: Literal["retry", "done"] = "done" if job.status.terminal else "retry"
    return Decision(decision, job.attempt, job.status, job.parts)


def _end_attempt(jobs: JobRepository, job: Job, verdict: Failure) -> None:
    if verdict.kind != "transient":
        fail(jobs, job, verdict)
    elif _went_on(job):
        # More pieces mean more lost machines, so only an attempt without progress counts.
        jobs.requeue(job.id, job.attempt, lost=False)
    elif job.lost_attempts + 1 < MAX_ATTEMPTS:
        jobs.requeue(job.id, job.attempt, lost=True)
    else:
        reason = f"{verdict.reason} ({MAX_ATTEMPTS} attempts were lost; this was the last one)"
        fail(jobs, job, Failure(kind="transient", reason=reason))


def _went_on(job: Job) -> bool:
    """Return whether the current attempt has rendered pieces while others are still missing."""
    drawn = any(piece.done and piece.attempt == job.attempt for piece in job.pieces)
    return drawn and bool(job.missing_pieces)


def _lost(cause: str | None) -> Failure:
    said = f": {cause}" if cause else ""
    return Failure(
        kind="transient", reason=f"the worker ended without a result; its machine was lost{said}"
    )
