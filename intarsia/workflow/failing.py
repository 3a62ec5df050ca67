"""Propagation of a job's failure to the rest of its tree.

Every ancestor ends as `error` with the failing child's id and reason. Siblings that have not begun
are cancelled. Siblings that render continue, because their output can be reused. Every write is
conditional, so repeating the propagation changes nothing.
"""

from intarsia.domain.jobs import Failure, Job
from intarsia.storage.jobs import JobRepository


def fail(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """End `job` as `error`, and propagate the failure to its tree."""
    jobs.fail(job.id, failure)
    tell_parent(jobs, job, failure)


def tell_parent(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """Fail every ancestor of a failed job, and cancel their other children that have not begun."""
    child = job
    while child.parent_id and (parent := jobs.get(child.parent_id)):
        failure = failure_of_parent(child, failure)
        jobs.fail(parent.id, failure)
        cancel_waiting(
            jobs,
            [sibling for sibling in parent.children if sibling != child.id],
            Failure(
                kind="cancelled",
                reason=f"not needed: sibling {child.id} failed",
                child_id=failure.child_id,
            ),
        )
        child = parent


def failure_of_parent(child: Job, failure: Failure) -> Failure:
    """Return a child's failure as the parent's; `child_id` stays the job in which it began."""
    return Failure(
        kind="child",
        reason=f'child {child.id} (slot "{child.slot}") failed: {failure.reason}',
        child_id=failure.child_id or child.id,
    )


def cancel_waiting(jobs: JobRepository, job_ids: list[str], failure: Failure) -> None:
    """Cancel those of `job_ids` and of their descendants that have not begun to render."""
    for job in jobs.trees(jobs.get_many(job_ids)):
        if not job.status.terminal:
            jobs.cancel(job.id, failure)
