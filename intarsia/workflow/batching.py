"""Batches: jobs that are planned and checked one by one, and stored together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intarsia.domain.batches import (
    Batch,
    BatchCancelled,
    BatchCreated,
    BatchError,
    BatchJobCancelled,
    BatchJobCreated,
    BatchJobStatus,
    BatchStats,
    BatchStatus,
)
from intarsia.domain.errors import NotFoundError, Problem, RequestError
from intarsia.domain.ids import new_id, now
from intarsia.domain.job_views import created_view, job_view, stats_view
from intarsia.domain.jobs import Job
from intarsia.domain.requests import JobRequest, parse
from intarsia.domain.states import Status
from intarsia.storage.batches import BatchRepository
from intarsia.storage.executions import Executions
from intarsia.storage.jobs import JobRepository
from intarsia.workflow.cancelling import cancel_trees, is_cancellable
from intarsia.workflow.library import Library
from intarsia.workflow.submitting import Stores, Tree, prepare, store

MOST_IN_ALL = 3000
"""Most jobs in a batch, children included: as many as can be stored while a client waits."""


@dataclass(frozen=True)
class _Prepared:
    trees: dict[int, Tree]
    errors: list[BatchError]


def create_batch(
    stores: Stores, batches: BatchRepository, library: Library, bodies: Sequence[Any], origin: str
) -> BatchCreated:
    """Store every valid job of a batch with its tree, and queue it for admission.

    `bodies` are the decoded JSON requests of the jobs. `library` belongs to the submitting team.
    Output URLs begin with `origin`, the API's scheme and host. The result lists the created jobs,
    and the error of each rejected job.

    Raises RequestError if the batch has more than MOST_IN_ALL jobs, children included. Nothing is
    stored in this case.
    """
    batch_id = new_id()
    prepared = _prepare(library, bodies, batch_id)
    trees = prepared.trees
    if trees:
        ids = {index: tree.root.id for index, tree in trees.items()}
        batch = Batch(id=batch_id, team_id=library.team_id, jobs=ids, created_at=now())
        batches.put(batch)
        try:
            store(stores, list(trees.values()))
        except BaseException:
            batches.delete(batch_id)
            raise
    return _created(batch_id, len(bodies), prepared, origin)


def _prepare(library: Library, bodies: Sequence[Any], batch_id: str) -> _Prepared:
    trees: dict[int, Tree] = {}
    errors: list[BatchError] = []
    total = 0
    for index, body in enumerate(bodies):
        try:
            tree = prepare(library, parse(JobRequest, body), batch_id=batch_id)
        except RequestError as error:
            errors.append(BatchError(index=index, error=str(error), error_code="VALIDATION_ERROR"))
        except NotFoundError as error:
            errors.append(
                BatchError(index=index, error=str(error), error_code="TEMPLATE_NOT_FOUND")
            )
        else:
            trees[index] = tree
            total += len(tree.jobs)
        if total > MOST_IN_ALL:
            message = f"a batch may have at most {MOST_IN_ALL} jobs, children included"
            raise RequestError([Problem(f"jobs[{index}]", message)])
    return _Prepared(trees, errors)


def _created(batch_id: str, asked: int, prepared: _Prepared, origin: str) -> BatchCreated:
    accepted = len(prepared.trees)
    view = BatchCreated(
        batch_id=batch_id,
        status="created" if accepted == asked else "partial" if accepted else "error",
        total_jobs=asked,
        success_count=accepted,
        jobs=[_job_created(index, tree, origin) for index, tree in prepared.trees.items()],
    )
    return view.model_copy(update={"errors": prepared.errors}) if prepared.errors else view


def _job_created(index: int, tree: Tree, origin: str) -> BatchJobCreated:
    created = created_view(tree.jobs, origin)
    view = BatchJobCreated(
        index=index,
        id=created.id,
        status=created.status,
        output_url=created.output_url,
        missing_fonts=created.missing_fonts,
    )
    return view.model_copy(update={"children": created.children}) if created.children else view


def batch_of(batches: BatchRepository, team_id: str, batch_id: str) -> Batch:
    """Return a team's batch. Raises NotFoundError if the team has no such batch."""
    batch = batches.get(batch_id)
    if batch is None or batch.team_id != team_id:
        raise NotFoundError(f"batch {batch_id} not found")
    return batch


def batch_status(jobs: JobRepository, batch: Batch, origin: str) -> BatchStatus:
    """Return the status of a batch and of each of its jobs, without jobs that no longer exist.

    Output URLs begin with `origin`, the API's scheme and host.
    """
    found = _indexed(jobs, batch)
    statuses = [job.status for job in found.values()]
    failed = statuses.count(Status.ERROR) + statuses.count(Status.CANCELLED)
    finished = statuses.count(Status.FINISHED)
    pending = len(statuses) - failed - finished
    return BatchStatus(
        batch_id=batch.id,
        status="processing" if pending else "finished" if finished else "error",
        stats=BatchStats(total=len(statuses), finished=finished, error=failed, pending=pending),
        jobs=[_job_status(index, job, origin) for index, job in found.items()],
    )


def _job_status(index: int, job: Job, origin: str) -> BatchJobStatus:
    view = BatchJobStatus(
        index=index,
        id=job.id,
        status=job.status,
        output_url=job.output_url(origin),
        progress=job.progress,
        error=job.failure.reason if job.failure else None,
    )
    return view.model_copy(update={"stats": stats_view(job)}) if job.status.terminal else view


def cancel_batch(
    jobs: JobRepository, executions: Executions, batch: Batch, origin: str
) -> BatchCancelled:
    """Cancel every job of a batch that has not begun to render, with its tree.

    Returns for each job whether it was cancelled, and otherwise the reason. Output URLs begin with
    `origin`, the API's scheme and host.
    """
    found = _indexed(jobs, batch)
    named = [job for job in found.values() if is_cancellable(job)]
    cancelled = {job.id: job for job in cancel_trees(jobs, executions, named)}
    outcomes = [_outcome(index, job, cancelled) for index, job in found.items()]
    count = sum(outcome.result == "cancelled" for outcome in outcomes)
    return BatchCancelled(
        batch_id=batch.id,
        status="unchanged" if not count else "partial" if count < len(found) else "cancelled",
        total_jobs=len(found),
        cancelled_count=count,
        skipped_count=len(found) - count,
        jobs=outcomes,
        cancelled_jobs=[job_view(job, origin) for job in cancelled.values()],
    )


def _outcome(index: int, job: Job, cancelled: dict[str, Job]) -> BatchJobCancelled:
    if job.id in cancelled:
        return BatchJobCancelled(
            index=index, id=job.id, result="cancelled", status=Status.CANCELLED
        )
    reason = f"the job is {job.status.value} and cannot be cancelled"
    return BatchJobCancelled(
        index=index, id=job.id, result="skipped", status=job.status, reason=reason
    )


def _indexed(jobs: JobRepository, batch: Batch) -> dict[int, Job]:
    found = {job.id: job for job in jobs.get_many(list(batch.jobs.values()))}
    return {index: found[job_id] for index, job_id in batch.jobs.items() if job_id in found}
