"""Lookup of jobs whose trees wait in the admission queue, for clients' views of them."""

from collections.abc import Iterable

from intarsia.domain.admission import FLEETS
from intarsia.domain.jobs import Job
from intarsia.storage.admission import AdmissionRepository
from intarsia.workflow.admitting import waiting_of


def in_line(lines: AdmissionRepository, jobs: Iterable[Job]) -> set[str]:
    """Return the ids of those of `jobs` whose tree waits to be admitted.

    The tree's row in the admission queue is the only source. The transaction that admits the tree
    removes the row, so no status has to be written. Only jobs that have not begun are looked up,
    with one key per tree and 100 keys per request.
    """
    asked = [job for job in jobs if not job.status.terminal and job.started_at is None]
    waiting: set[str] = set()
    for fleet in FLEETS:
        trees = {waiting_of(job, 1) for job in asked if job.waits_for == fleet}
        waiting |= lines.in_line(fleet, trees)
    return {job.id for job in asked if job.root_id in waiting}
