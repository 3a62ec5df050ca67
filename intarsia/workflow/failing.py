"""What a failure means for the rest of its tree.

Every ancestor ends as `error` with the failing child's id and reason; siblings that have not
begun are cancelled, those rendering go on, for their output can be used again. Every write is
conditional, so telling twice changes nothing.
"""

from intarsia.domain.jobs import Failure, Job
from intarsia.storage.jobs import JobRepository


def fail(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """End `job` as `error` and tell its tree."""
    jobs.fail(job.id, failure)
    tell_parent(jobs, job, failure)


def tell_parent(jobs: JobRepository, job: Job, failure: Failure) -> None:
    """Let every ancestor of a failed job fail, and cancel what it would have waited for."""
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
    """What the `failure` of a child is to its parent: it keeps the job in which it began."""
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
