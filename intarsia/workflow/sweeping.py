"""The janitor: repair of trees that a crash left between two writes.

A tree that has not ended waits in its fleet's admission queue, or is admitted and has an execution.
The janitor queues trees that are in neither state, and restarts admitted trees that lost their
execution. It removes the queue's rows of trees that have ended, and admits trees for which their
fleet has room.
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
"""Age below which a tree is not repaired.

A younger tree may be between its first write and its place in the queue. A tree that was admitted
less than GRACE ago may be between its admission and its start.
"""

ADMIT_SECONDS = 60.0
"""Time limit for admitting trees in a sweep, in seconds, for each fleet."""


def sweep(admission: Admission, moment: datetime) -> list[str]:
    """Repair all trees that have not ended, and return the root ids of restarted trees.

    `moment` is the current time. In a restarted tree, finished jobs stay finished. Rendering jobs
    get a new attempt, which stops a worker that is still busy with the old one.
    """
    # Waiting trees are read before admitted ones: a tree admitted in between appears in both.
    waiting = {fleet: _waiting(admission, fleet) for fleet in FLEETS}
    lines = {fleet: admission.lines.read(fleet) for fleet in FLEETS}
    # Looked up one by one, a thousand running jobs would exceed the function's timeout.
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
    """Return the waiting trees of all teams that have a marker in the queue, by root id.

    Trees of a team without a marker are not found, so the sweep queues them again.
    """
    return {
        tree.root_id: tree
        for team_id in admission.lines.read(fleet).teams
        for tree in admission.lines.waiting(fleet, team_id)
    }


def _runs(executions: Executions, root: Job, running: set[str]) -> bool:
    """Return whether a root has a running execution.

    `running` lists the names of running executions, but may be seconds old. An execution that it
    lacks is therefore looked up.
    """
    return execution_name(root.id, root.run) in running or executions.running(root.id, root.run)


def _restart(admission: Admission, root: Job) -> bool:
    if not admission.jobs.next_run(root.id, root.run):
        return False  # another sweep claimed the restart
    # The new attempt fences off the old worker. It does not count as a lost attempt.
    for member in admission.jobs.trees([root]):
        if member.status is Status.RENDERING:
            admission.jobs.requeue(member.id, member.attempt, lost=False)
    admission.executions.start(root.id, root.run + 1, root.trace)
    return True


def _find_a_place(admission: Admission, root: Job, running: set[str]) -> None:
    """Queue a tree that is neither waiting nor admitted, or record it as admitted if it runs.

    The submission of such a tree crashed before it queued the tree, or the tree is older than the
    admission queues.
    """
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
    """Return those of `root_ids` whose jobs have ended or do not exist.

    Reads the jobs themselves, because the index of active jobs is eventually consistent.
    """
    wanted = set(root_ids)
    found = admission.jobs.get_many(sorted(wanted))
    return wanted - {root.id for root in found if not root.status.terminal}
