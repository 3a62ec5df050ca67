"""What a task costs, from how long it ran and on what, at list prices (intarsia/domain/prices.py).

A machine's boot and idling, disks, storage and traffic are nobody's in particular and not in it.
"""

from intarsia.domain.prices import (
    FARGATE_GIB_HOUR,
    FARGATE_SPOT,
    FARGATE_VCPU_HOUR,
    MACHINE_HOUR,
    MACHINE_SPOT,
)

HOUR = 3600  # seconds


def machine_cost(seconds: float, instance_type: str, *, spot: bool) -> float:
    """US dollars of a GPU machine for `seconds`. Raises KeyError for a type without a price."""
    share = MACHINE_SPOT if spot else 1.0
    return max(0.0, seconds) / HOUR * MACHINE_HOUR[instance_type] * share


def fargate_cost(seconds: float, *, vcpus: float, gibibytes: float, spot: bool) -> float:
    """US dollars of a Fargate task of that size for `seconds`."""
    hour = vcpus * FARGATE_VCPU_HOUR + gibibytes * FARGATE_GIB_HOUR
    return max(0.0, seconds) / HOUR * hour * (FARGATE_SPOT if spot else 1.0)
