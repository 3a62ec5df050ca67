"""Settle: what follows from the end of a render task.

The task's own result is never read: what counts is what its worker recorded in the table. A
worker that recorded nothing was lost with its machine.
"""

from dataclasses import dataclass
from typing import Literal

from intarsia.domain.jobs import MAX_ATTEMPTS, Failure, Job
from intarsia.domain.states import Status
from intarsia.storage.jobs import JobRepository
from intarsia.workflow.failing import fail, tell_parent


@dataclass(frozen=True)
class Decision:
    """What the state machine does next."""

    decision: Literal["retry", "done"]
    attempt: int
    """The attempt that is current now."""
    status: Status


def settle(jobs: JobRepository, job_id: str, attempt: int, cause: str | None) -> Decision:
    """Decide after the task of `attempt` has ended; safe to repeat.

    `cause` is what the task's runner said, for a worker that left no verdict. Raises KeyError
    for an unknown job.
    """
    job = jobs.get(job_id)
    if job is None:
        raise KeyError(job_id)
    if not job.status.terminal and job.attempt == attempt:
        _end_attempt(jobs, job, job.verdict or _lost(cause))
        job = jobs.get(job_id) or job
    if job.status is Status.ERROR and job.failure:
        # Also when it was an earlier call that failed the job but died before telling.
        tell_parent(jobs, job, job.failure)
    return Decision("done" if job.status.terminal else "retry", job.attempt, job.status)


def _end_attempt(jobs: JobRepository, job: Job, verdict: Failure) -> None:
    if verdict.kind != "transient":
        fail(jobs, job, verdict)
    elif job.lost_attempts + 1 < MAX_ATTEMPTS:
        jobs.requeue(job.id, job.attempt, lost=True)
    else:
        reason = f"{verdict.reason} ({MAX_ATTEMPTS} attempts were lost, the last one so)"
        fail(jobs, job, Failure(kind="transient", reason=reason))


def _lost(cause: str | None) -> Failure:
    said = f": {cause}" if cause else ""
    return Failure(
        kind="transient", reason=f"the worker ended without a verdict, its machine was lost{said}"
    )
