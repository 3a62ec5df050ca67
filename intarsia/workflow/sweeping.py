"""The janitor: trees whose execution was lost are started again."""

from datetime import datetime, timedelta

from intarsia.domain.states import Status
from intarsia.storage.executions import Executions, execution_name
from intarsia.storage.jobs import JobRepository

GRACE = timedelta(seconds=20)
"""A tree younger than this may be between its first write and its start."""


def sweep(jobs: JobRepository, executions: Executions, moment: datetime) -> list[str]:
    """Start every active tree again that has no running execution; returns their roots' ids.

    What had finished stays finished. Renders that were under way get a new attempt, which
    makes a worker still busy with the old one stop.
    """
    restarted = []
    # Looked up one by one, a thousand running jobs would take longer than the function may.
    running = executions.names_running()
    for root in list(jobs.active_roots()):
        if moment - root.created_at < GRACE or execution_name(root.id, root.run) in running:
            continue
        if executions.running(root.id, root.run):
            continue  # it has begun since
        if not jobs.next_run(root.id, root.run):
            continue  # another janitor was quicker
        # What renders gets a new attempt, which is not held against it.
        for member in jobs.trees([root]):
            if member.status is Status.RENDERING:
                jobs.requeue(member.id, member.attempt, lost=False)
        executions.start(root.id, root.run + 1)
        restarted.append(root.id)
    return restarted
