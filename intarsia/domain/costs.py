"""Costs of tasks and jobs, from run time and machine type, at list prices (prices.py).

Shared costs are not included: a machine's boot and idle time, disks, storage and traffic.
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
"""US dollars of one call of a 512 MiB function that runs for a fifth of a second."""
_CALLS = 6
"""Function calls per job: its submission, its admission, its status events and its end."""


def machine_cost(seconds: float, instance_type: str, *, spot: bool) -> float:
    """Return the US dollars of a GPU machine for `seconds`.

    Raises KeyError for an instance type without a price.
    """
    share = MACHINE_SPOT if spot else 1.0
    return max(0.0, seconds) / HOUR * MACHINE_HOUR[instance_type] * share


def fargate_cost(seconds: float, *, vcpus: float, gibibytes: float, spot: bool) -> float:
    """Return the US dollars of a Fargate task of that size for `seconds`.

    At least FARGATE_LEAST seconds are billed.
    """
    hour = vcpus * FARGATE_VCPU_HOUR + gibibytes * FARGATE_GIB_HOUR
    return max(FARGATE_LEAST, seconds) / HOUR * hour * (FARGATE_SPOT if spot else 1.0)


def job_cost(job: Job) -> float:
    """Return the US dollars that a job has cost so far, in all its attempts.

    Its children are not included. Returns 0 until one of the job's tasks has reported.
    """
    if not job.spent:
        return 0.0
    calls = _CALLS + job.attempt + bool(job.children)
    return sum(job.spent.values()) + transitions(job) * TRANSITION + calls * _CALL


def transitions(job: Job) -> int:
    """Return the number of a job's state transitions, further attempts included.

    Assumes that nothing fails but the lost attempts. A job that succeeds at once, without children
    or pieces, passes nine states: Load, Route, Render, Part, RenderLinux, Settle, Settled,
    Outcome, Ended.
    """
    count = 9
    if job.children:
        count += 3 + len(job.children)  # Children, one Child each, Join, Joined
    if job.pieces:
        # Part and RenderGpu for each further piece; 5 for the round that assembles the pieces.
        count += 2 * (len(job.pieces) - 1) + 5
    return count + 6 * (job.attempt - 1)  # a pause, and the round of that attempt
