"""The join step of the workflow: children's outputs fill the slots of their parent's manifest."""

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.states import Status
from intarsia.storage.jobs import JobRepository
from intarsia.storage.manifests import ManifestStore
from intarsia.workflow.failing import fail, failure_of_parent


class ChildrenUnsettledError(Exception):
    """End of a child's execution without the end of its job. The tree must run again."""


def join(jobs: JobRepository, manifests: ManifestStore, job_id: str) -> Job:
    """Fill the slots of a pending parent and queue it, or fail it if a child failed.

    Returns the updated job. Idempotent: a job that is not pending stays as it is. Raises KeyError
    for an unknown job, and ChildrenUnsettledError if a child has not ended or no longer exists.
    """
    job = _get(jobs, job_id)
    if job.status is not Status.PENDING:
        return job
    children = jobs.get_many(job.children)
    if failed := _failed(children):
        known = failed.failure or Failure(kind="cancelled", reason=failed.status.value)
        fail(jobs, job, failure_of_parent(failed, known))
        return _get(jobs, job_id)
    waiting = [child.id for child in children if child.status is not Status.FINISHED]
    if waiting or len(children) != len(job.children):
        raise ChildrenUnsettledError(f"children of job {job_id} have not ended: {waiting}")
    outputs = {child.id: child.output_key for child in children}
    manifests.put(manifests.get(job).filled(outputs))
    jobs.promote(job_id)
    return _get(jobs, job_id)


def _failed(children: list[Job]) -> Job | None:
    """Return a failed child, or else a cancelled one, or None if there is neither.

    A failed child is preferred, because it may be the reason for the cancellation.
    """
    for status in (Status.ERROR, Status.CANCELLED):
        for child in children:
            if child.status is status:
                return child
    return None


def _get(jobs: JobRepository, job_id: str) -> Job:
    job = jobs.get(job_id)
    if job is None:
        raise KeyError(job_id)
    return job
