"""Propagation of a job's failure to the rest of its tree.

Every ancestor ends as `error` with the failing child's id and reason. Siblings that have not begun
to render are cancelled. Siblings that render continue, because their output can be reused. Every
write is conditional, so repeating the propagation changes nothing.
"""

from intarsia.domain.jobs import Failure, Job
from intarsia.storage.jobs import JobRepository


def fail(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """End `job` as `error` with this `failure`, and propagate it to the job's tree."""
    jobs.fail(job.id, failure)
    tell_parent(jobs, job, failure)


def tell_parent(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """Fail every ancestor of a failed job, and cancel the ancestors' other waiting children.

    These are the ones that have not begun to render. `failure` is the one recorded for `job`.
    """
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
    """Return the failure to record for the parent of a failed child.

    Its `child_id` is the id of the job in which the failure began.
    """
    return Failure(
        kind="child",
        reason=f'child {child.id} (slot "{child.slot}") failed: {failure.reason}',
        child_id=failure.child_id or child.id,
    )


def cancel_waiting(jobs: JobRepository, job_ids: list[str], failure: Failure) -> None:
    """Cancel those of `job_ids` and of their descendants that have not begun to render.

    `failure` is recorded as the reason.
    """
    for job in jobs.trees(jobs.get_many(job_ids)):
        if not job.status.terminal:
            jobs.cancel(job.id, failure)
