"""Which jobs stand in line: what a client is told of a job that nobody has begun."""

from collections.abc import Iterable

from intarsia.domain.admission import FLEETS
from intarsia.domain.jobs import Job
from intarsia.storage.admission import AdmissionRepository
from intarsia.workflow.admitting import waiting_of


def in_line(lines: AdmissionRepository, jobs: Iterable[Job]) -> set[str]:
    """Ids of those of `jobs` whose tree waits to be admitted.

    The row in the line is the only one to know: it goes in the same transaction in which the tree
    is admitted, so nothing is written for this. Only jobs that have not begun are looked up, those
    of one tree together, a hundred trees in a request.
    """
    asked = [job for job in jobs if not job.status.terminal and job.started_at is None]
    waiting: set[str] = set()
    for fleet in FLEETS:
        trees = {waiting_of(job, 1) for job in asked if job.waits_for == fleet}
        waiting |= lines.in_line(fleet, trees)
    return {job.id for job in asked if job.root_id in waiting}
