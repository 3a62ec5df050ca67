"""The janitor: what a crash left between two writes is set right, tree by tree.

A tree that has not ended stands in its fleet's line, or is admitted and has an execution. The
janitor puts into line what does neither, starts again what is admitted and lost its execution,
removes the rows of what has ended, and admits what there is room for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from intarsia.domain.admission import FLEETS, Fleet, Waiting
from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.storage.admission import Line
from intarsia.storage.executions import Executions, execution_name
from intarsia.workflow.admitting import Admission, admit, waiting_of

GRACE = timedelta(seconds=20)
"""A tree younger than this may be between its first write and its place in line; one admitted
later than this, between its admission and its start."""

ADMIT_SECONDS = 60.0
"""How long a sweep admits trees, for each fleet."""


def sweep(admission: Admission, moment: datetime) -> list[str]:
    """One look at everything that has not ended; returns the roots of trees started again.

    What had finished stays finished. Renders that were under way get a new attempt, which
    makes a worker still busy with the old one stop.
    """
    # What waits is read before what is admitted: a tree admitted in between is seen in both.
    waiting = {fleet: _waiting(admission, fleet) for fleet in FLEETS}
    lines = {fleet: admission.lines.read(fleet) for fleet in FLEETS}
    # Looked up one by one, a thousand running jobs would take longer than the function may.
    running = admission.executions.names_running()
    active = list(admission.jobs.active_roots())
    restarted = []
    for root in active:
        if moment - root.created_at < GRACE:
            continue
        fleet = root.waits_for
        admitted = lines[fleet].admitted.get(root.id)
        if admitted and moment - admitted.at < GRACE:
            continue
        if admitted and not _runs(admission.executions, root, running):
            if _restart(admission, root):
                restarted.append(root.id)
        elif not admitted and root.id not in waiting[fleet]:
            _find_a_place(admission, root, running)
    known = {root.id for root in active}
    for fleet in FLEETS:
        _remove_ended(admission, lines[fleet], waiting[fleet], known)
        admit(admission, fleet, seconds=ADMIT_SECONDS)
    return restarted


def _waiting(admission: Admission, fleet: Fleet) -> dict[str, Waiting]:
    """Trees in line by root id; those of a team without a mark are put in line again."""
    return {
        tree.root_id: tree
        for team_id in admission.lines.read(fleet).teams
        for tree in admission.lines.waiting(fleet, team_id)
    }


def _runs(executions: Executions, root: Job, running: set[str]) -> bool:
    """Whether a root has an execution; a list of them is seconds old."""
    return execution_name(root.id, root.run) in running or executions.running(root.id, root.run)


def _restart(admission: Admission, root: Job) -> bool:
    if not admission.jobs.next_run(root.id, root.run):
        return False  # another janitor was quicker
    # What renders gets a new attempt, which is not held against it.
    for member in admission.jobs.trees([root]):
        if member.status is Status.RENDERING:
            admission.jobs.requeue(member.id, member.attempt, lost=False)
    admission.executions.start(root.id, root.run + 1, root.trace)
    return True


def _find_a_place(admission: Admission, root: Job, running: set[str]) -> None:
    """For a tree of which the lines know nothing: submitted by who crashed then, or under way
    since before there were lines."""
    tree = waiting_of(root, len(admission.jobs.trees([root])))
    if _runs(admission.executions, root, running):
        admission.lines.record(root.waits_for, [tree])
    else:
        admission.lines.enqueue(root.waits_for, [tree])


def _remove_ended(
    admission: Admission, line: Line, waiting: dict[str, Waiting], known: set[str]
) -> None:
    left = _ended(admission, {*line.admitted, *waiting} - known)
    admission.lines.release(line.fleet, left & line.admitted.keys())
    admission.lines.drop(line.fleet, [waiting[root_id] for root_id in left & waiting.keys()])


def _ended(admission: Admission, root_ids: Iterable[str]) -> set[str]:
    """Those of which nothing is to be expected: the index that said so may be late."""
    wanted = set(root_ids)
    found = admission.jobs.get_many(sorted(wanted))
    return wanted - {root.id for root in found if not root.status.terminal}
