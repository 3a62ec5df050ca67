"""Admission: starting waiting trees in queue order, as far as their fleet's depth allows.

`admit` is called after each change of an admission queue: after a submission, after the end of a
tree, and by the janitor. Concurrent calls are safe. The later call detects that the queue has
changed and reads it again.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.admission import Fleet, Waiting, admissible
from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.storage.admission import MOST_AT_ONCE, AdmissionRepository, Line
from intarsia.storage.executions import Executions
from intarsia.storage.jobs import JobRepository

PARALLEL = 16  # executions started at a time

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Admission:
    """The repositories and limits that admission works with."""

    jobs: JobRepository
    lines: AdmissionRepository
    executions: Executions
    depths: Mapping[Fleet, int]
    """Maximum number of renders in progress, by fleet."""


def waiting_of(job: Job, units: int) -> Waiting:
    """Return the admission queue's entry for a job's tree, which has `units` jobs."""
    return Waiting(job.root_id, job.team_id, units, job.priority)


def admit(admission: Admission, fleet: Fleet, *, seconds: float) -> list[str]:
    """Start as many of a fleet's waiting trees as its depth allows, and return their root ids.

    After `seconds`, no further transaction begins, and the remaining trees wait for the next call.
    """
    until = time.monotonic() + seconds
    begun: list[str] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        while time.monotonic() < until:
            line = admission.lines.read(fleet)
            chosen = list(islice(_choose(admission, line), MOST_AT_ONCE))
            if not chosen:
                break
            known = [tree for tree in chosen if tree.root_id in line.admitted]
            if known:
                admission.lines.drop(fleet, known)
            elif admission.lines.admit(line, chosen):
                roots = _still_wanted(admission, fleet, chosen)
                list(pool.map(lambda root: _start(admission.executions, root), roots))
                begun += [root.id for root in roots]
                if len(roots) == len(chosen) < MOST_AT_ONCE:
                    break  # the next tree did not fit; later arrivals have a call of their own
    return begun


def release(admission: Admission, ended: Sequence[Job]) -> set[Fleet]:
    """Free the capacity of the trees of `ended` roots, and return the fleets with free capacity.

    Cancelled trees that still wait are removed from the admission queue.
    """
    fleets = {root.waits_for for root in ended}
    for fleet in fleets:
        roots = {root.id: root for root in ended if root.waits_for == fleet}
        admission.lines.release(fleet, roots)
        # Only a cancelled tree can end while it still waits in the queue.
        cancelled = [root for root in roots.values() if root.status is Status.CANCELLED]
        admission.lines.drop(fleet, [waiting_of(root, 1) for root in cancelled])
    return fleets


def _choose(admission: Admission, line: Line) -> Iterator[Waiting]:
    lines = [_noticing_the_end(admission, line, team_id) for team_id in line.teams]
    return admissible(lines, line.under_way, admission.depths[line.fleet])


def _noticing_the_end(admission: Admission, line: Line, team_id: str) -> Iterator[Waiting]:
    empty = True
    for tree in admission.lines.waiting(line.fleet, team_id):
        empty = False
        yield tree
    if empty:
        admission.lines.forget(line, team_id)


def _still_wanted(admission: Admission, fleet: Fleet, chosen: Sequence[Waiting]) -> list[Job]:
    """Return the admitted roots that have not ended, and release the others.

    The roots are read after their admission. A root that ends after this read is released when
    the table's stream delivers the change.
    """
    roots = admission.jobs.get_many([tree.root_id for tree in chosen])
    wanted = [root for root in roots if not root.status.terminal]
    gone = {tree.root_id for tree in chosen} - {root.id for root in wanted}
    admission.lines.release(fleet, gone)
    return wanted


def _start(executions: Executions, root: Job) -> None:
    try:
        executions.start(root.id, root.run, root.trace)
    except (BotoCoreError, ClientError):
        logger.warning(
            "job %s could not be started; the janitor will retry", root.id, exc_info=True
        )
