"""What a task and a job cost, from how long it ran and on what, at list prices (prices.py).

A machine's boot and idling, disks, storage and traffic are nobody's in particular and not in it.
"""

from intarsia.domain.jobs import Job
from intarsia.domain.prices import (
    FARGATE_GIB_HOUR,
    FARGATE_LEAST,
    FARGATE_SPOT,
    FARGATE_VCPU_HOUR,
    LAMBDA_CALL,
    LAMBDA_GIB_SECOND,
    MACHINE_HOUR,
    MACHINE_SPOT,
    TRANSITION,
)

HOUR = 3600  # seconds

_CALL = 0.5 * 0.2 * LAMBDA_GIB_SECOND + LAMBDA_CALL
"""A call of a function with 512 MiB that takes a fifth of a second."""
_CALLS = 6
"""Of functions, a job: its submission, its admission, the news of its statuses, its end."""


def machine_cost(seconds: float, instance_type: str, *, spot: bool) -> float:
    """US dollars of a GPU machine for `seconds`. Raises KeyError for a type without a price."""
    share = MACHINE_SPOT if spot else 1.0
    return max(0.0, seconds) / HOUR * MACHINE_HOUR[instance_type] * share


def fargate_cost(seconds: float, *, vcpus: float, gibibytes: float, spot: bool) -> float:
    """US dollars of a Fargate task of that size for `seconds`, for the least that is billed."""
    hour = vcpus * FARGATE_VCPU_HOUR + gibibytes * FARGATE_GIB_HOUR
    return max(FARGATE_LEAST, seconds) / HOUR * hour * (FARGATE_SPOT if spot else 1.0)


def job_cost(job: Job) -> float:
    """US dollars that a job has cost so far, in all its attempts; its children have their own.

    0 as long as no task of it has reported.
    """
    if not job.spent:
        return 0.0
    calls = _CALLS + job.attempt + bool(job.children)
    return sum(job.spent.values()) + transitions(job) * TRANSITION + calls * _CALL


def transitions(job: Job) -> int:
    """State transitions of a job that goes well, and those of each further attempt.

    Load, Route, Render, Part, RenderLinux, Settle, Settled, Outcome, Ended.
    """
    count = 9
    if job.children:
        count += 3 + len(job.children)  # Children, one Child each, Join, Joined
    if job.pieces:
        # Part and RenderGpu for each further piece; the round that puts them together.
        count += 2 * (len(job.pieces) - 1) + 5
    return count + 6 * (job.attempt - 1)  # a pause, and the round of an attempt
