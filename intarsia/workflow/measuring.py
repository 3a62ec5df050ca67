"""Metrics derived from a change of a job's item in the table.

Each record of the table's stream is processed once, and each transition of a job is written once,
so nothing is counted twice. The exception is a batch of records that is delivered again after a
failure.
"""

from typing import Any

from intarsia.domain.costs import job_cost
from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.names import JOB_ITEMS
from intarsia.storage.items import from_item

Image = dict[str, Any]

ENDED = {
    Status.FINISHED: "JobsFinished",
    Status.ERROR: "JobsFailed",
    Status.CANCELLED: "JobsCancelled",
}


def metrics_of(before: Image | None, after: Image | None) -> dict[str, float]:
    """Return the metric values to record for a change of an item, by metric name.

    `before` and `after` are the item's images in the table's stream; None: the item did not exist.
    Names that end in `Seconds` are in seconds, `JobCost` is in US dollars, and all others are
    counts. An item that is not a job yields no metrics.
    """
    if after is None or not _is_job(after):
        return {}
    job = from_item(Job, after)
    was = from_item(Job, before) if before else None
    if was is None:
        # A job that has ended when its item is created comes from a restore.
        return {} if job.status.terminal else {"JobsSubmitted": 1}
    counted: dict[str, float] = {}
    if job.lost_attempts > was.lost_attempts:
        counted["AttemptsLost"] = job.lost_attempts - was.lost_attempts
    if job.status is not was.status:
        counted |= _moved(was, job)
    return counted


def _moved(was: Job, job: Job) -> dict[str, float]:
    if job.status is Status.RENDERING:
        return {"WaitSeconds": _seconds_waited(was, job)}
    if job.status not in ENDED:
        return {}
    counted: dict[str, float] = {ENDED[job.status]: 1}
    if cost := job_cost(job):
        counted["JobCost"] = cost  # failed and cancelled renders cost too
    if job.status is Status.FINISHED:
        counted |= _stages(job)
        counted["JobSeconds"] = (job.updated_at - job.created_at).total_seconds()
    elif job.status is Status.ERROR and job.failure:
        counted[f"JobsFailed{job.failure.kind.capitalize()}"] = 1
    return counted


def _seconds_waited(was: Job, job: Job) -> float:
    """Return the seconds between the moment when the job could be rendered and its start.

    This moment is the submission. For a job with children, or in a later attempt, it is the moment
    when the job was queued.
    """
    own = job.attempt == 1 and not job.children
    return (job.updated_at - (job.created_at if own else was.updated_at)).total_seconds()


def _stages(job: Job) -> dict[str, float]:
    stages = job.stage_seconds
    counted = {f"{name.capitalize()}Seconds": seconds for name, seconds in stages.items()}
    if stages:
        counted[f"{job.fleet.capitalize()}BusySeconds"] = sum(stages.values())
    return counted


def _is_job(image: Image) -> bool:
    return bool(image.get("pk", {}).get("S", "").startswith(JOB_ITEMS))
