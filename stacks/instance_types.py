"""The EC2 instance types with one GPU and enough memory for After Effects."""

from typing import Final, NamedTuple


class Size(NamedTuple):
    """Number of vCPUs and memory (GiB) of an instance type."""

    vcpus: int
    gibibytes: int


GPU_INSTANCE_TYPES: Final[dict[str, Size]] = {
    f"{family}.{size}": sizes
    for family in ("g4dn", "g5", "g6", "g6e")
    for size, sizes in {
        "2xlarge": Size(8, 64 if family == "g6e" else 32),
        "4xlarge": Size(16, 128 if family == "g6e" else 64),
        "8xlarge": Size(32, 256 if family == "g6e" else 128),
    }.items()
}
"""Sizes of the valid instance types, by name.

xlarge is left out, because its 16 GiB (g6e: 32) are barely enough for After Effects.
"""
