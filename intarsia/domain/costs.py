"""Costs of tasks and jobs in US dollars, from run times and the list prices in prices.py.

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
"""US dollars for one call of a Lambda function with 512 MiB that runs for 0.2 seconds."""
_CALLS = 6
"""Number of Lambda calls per job: for its submission, admission, status events and end."""


def machine_cost(seconds: float, instance_type: str, *, spot: bool) -> float:
    """Return the cost in US dollars of using a GPU machine for `seconds`.

    `spot` is True for a spot machine. Raises KeyError if `instance_type`, such as `g5.2xlarge`,
    has no price in MACHINE_HOUR.
    """
    share = MACHINE_SPOT if spot else 1.0
    return max(0.0, seconds) / HOUR * MACHINE_HOUR[instance_type] * share


def fargate_cost(seconds: float, *, vcpus: float, gibibytes: float, spot: bool) -> float:
    """Return the cost in US dollars of a Fargate task that runs for `seconds`.

    At least FARGATE_LEAST seconds are billed. `vcpus` and `gibibytes` (of memory) are the task's
    size; `spot` is True for a task on Fargate Spot.
    """
    hour = vcpus * FARGATE_VCPU_HOUR + gibibytes * FARGATE_GIB_HOUR
    return max(FARGATE_LEAST, seconds) / HOUR * hour * (FARGATE_SPOT if spot else 1.0)


def job_cost(job: Job) -> float:
    """Return the US dollars that a job has cost so far, in all its attempts.

    The costs of its children are not included. Returns 0 until one of the job's tasks has reported
    its cost.
    """
    if not job.spent:
        return 0.0
    calls = _CALLS + job.attempt + bool(job.children)
    return sum(job.spent.values()) + transitions(job) * TRANSITION + calls * _CALL


def transitions(job: Job) -> int:
    """Return the number of Step Functions state transitions in all attempts of a job.

    Assumes that nothing fails except the lost attempts. A job that succeeds in its first attempt,
    without children or pieces, passes nine states: Load, Route, Render, Part, RenderLinux, Settle,
    Settled, Outcome, Ended.
    """
    count = 9
    if job.children:
        count += 3 + len(job.children)  # Children, one Child each, Join, Joined
    if job.pieces:
        # Part and RenderGpu for each further piece; 5 for the round that assembles the pieces.
        count += 2 * (len(job.pieces) - 1) + 5
    return count + 6 * (job.attempt - 1)  # a pause, and the round of that attempt
