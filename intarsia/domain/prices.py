"""AWS list prices in US dollars for the region us-east-1, as publicly known and not verified here.

The price of a machine includes the Windows licence, which is charged per vCPU. Spot prices vary,
so MACHINE_SPOT and FARGATE_SPOT are estimates.
"""

from typing import Final

_LINUX_HOUR: Final = {
    "g4dn": (0.752, 1.204, 2.176),
    "g5": (1.212, 1.624, 2.448),
    "g6": (0.9776, 1.3232, 2.0144),
    "g6e": (2.24208, 3.00424, 4.52856),
}
_VCPUS: Final = {"2xlarge": 8, "4xlarge": 16, "8xlarge": 32}
WINDOWS_VCPU_HOUR: Final = 0.046

MACHINE_HOUR: Final[dict[str, float]] = {
    f"{family}.{size}": hour + vcpus * WINDOWS_VCPU_HOUR
    for family, hours in _LINUX_HOUR.items()
    for (size, vcpus), hour in zip(_VCPUS.items(), hours, strict=True)
}
"""Price in US dollars per hour of an on-demand GPU machine with Windows, by EC2 instance type."""

MACHINE_SPOT: Final = 0.45
"""Price of a spot machine as a fraction of its on-demand price."""

FARGATE_VCPU_HOUR: Final = 0.04048  # Linux, x86
FARGATE_GIB_HOUR: Final = 0.004445
FARGATE_SPOT: Final = 0.3
FARGATE_LEAST: Final = 60.0
"""Minimum billed time of a Fargate task, in seconds."""

TRANSITION: Final = 0.000025
"""Price in US dollars per state transition of a standard Step Functions workflow.

Retries count as transitions.
"""

LAMBDA_GIB_SECOND: Final = 0.0000133334  # ARM
LAMBDA_CALL: Final = 0.0000002
