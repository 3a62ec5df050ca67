"""Cancellation of whole trees, whether their jobs wait or render.

A parent needs its children, and a child is useless without its parent. Cancelling any job of a tree
therefore cancels the whole tree. The table is written first, so that later conditional writes to
the jobs are rejected. Then the executions are stopped, and with them their tasks. A worker that
still renders detects the cancellation at its next heartbeat.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.errors import ConflictError, NotFoundError
from intarsia.domain.jobs import Failure, Job
from intarsia.domain.states import Status
from intarsia.storage.executions import Executions
from intarsia.storage.jobs import JobRepository

PARALLEL = 16  # updates, or executions stopped, at a time

logger = logging.getLogger(__name__)


def cancel(
    jobs: JobRepository,
    executions: Executions,
    team_id: str,
    job_ids: Sequence[str],
    *,
    rendering: bool = False,
) -> list[Job]:
    """Cancel jobs with their trees, and return every cancelled job, the named ones first.

    If `rendering` is True, jobs that already render are cancelled too. Raises NotFoundError if the
    team has no job with one of `job_ids`. Raises ConflictError if one of the jobs has ended, or if
    it renders and `rendering` is False. Nothing is cancelled in these cases.
    """
    named = _own(jobs, team_id, job_ids)
    for job in named:
        if not is_cancellable(job, rendering=rendering):
            hint = "; set force to cancel it" if job.status is Status.RENDERING else ""
            raise ConflictError(f"job {job.id} is {job.status.value} and cannot be cancelled{hint}")
    return cancel_trees(jobs, executions, named)


def is_cancellable(job: Job, *, rendering: bool = False) -> bool:
    """Return whether a client may cancel the job.

    A job that already renders may be cancelled only if `rendering` is True.
    """
    return job.status in {Status.PENDING, Status.QUEUED} or (
        rendering and job.status is Status.RENDERING
    )


def cancel_trees(jobs: JobRepository, executions: Executions, named: Sequence[Job]) -> list[Job]:
    """Cancel all jobs in the trees of `named` that have not ended, and return them, `named` first.

    A job that renders, or has begun to render since it was read, is cancelled too.
    """
    chosen = {job.id: job for job in named}
    roots = jobs.get_many(list(dict.fromkeys(job.root_id for job in named)))
    runs = {root.id: root.run for root in roots}
    alive = [member for member in jobs.trees(roots) if not member.status.terminal]
    with ThreadPoolExecutor(PARALLEL) as pool:
        written = pool.map(
            lambda job: jobs.cancel(job.id, _reason(job, chosen), rendering=True), alive
        )
        cancelled = [job for job in written if job is not None]
        list(pool.map(lambda job: _stop(executions, job.id, runs[job.root_id]), cancelled))
    return sorted(cancelled, key=lambda job: job.id not in chosen)


def _own(jobs: JobRepository, team_id: str, job_ids: Sequence[str]) -> list[Job]:
    found = {job.id: job for job in jobs.get_many(list(job_ids)) if job.team_id == team_id}
    for job_id in job_ids:
        if job_id not in found:
            raise NotFoundError(f"job {job_id} not found")
    return list(found.values())


def _reason(job: Job, chosen: dict[str, Job]) -> Failure:
    if job.id in chosen:
        return Failure(kind="cancelled", reason="cancelled by the client")
    other = next(each.id for each in chosen.values() if each.root_id == job.root_id)
    return Failure(
        kind="cancelled", reason=f"job {other} in the same tree was cancelled", child_id=other
    )


def _stop(executions: Executions, job_id: str, run: int) -> None:
    try:
        executions.stop(job_id, run, "the job was cancelled")
    except (BotoCoreError, ClientError):
        # Harmless: the job has ended in the table, so the execution's next write is rejected.
        logger.warning("the execution of %s could not be stopped", job_id, exc_info=True)
