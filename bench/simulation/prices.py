"""List prices in US dollars, us-east-1, as publicly known and not verified here."""

MACHINE_HOUR = 1.58
"""g5.2xlarge with Windows, on demand."""
SPOT_FRACTION = 0.45
"""Of that: what spare capacity costs on average; it moves."""
MONTH = 730 * 3600  # seconds
DISK_MONTH = 200 * 0.08
"""200 GiB of gp3."""
FARGATE_HOUR = 1 * 0.04048 + 4 * 0.004445
"""One vCPU and 4 GiB, Linux, x86."""
FARGATE_SPOT_FRACTION = 0.3
TRANSITION = 0.000025
"""One state transition of a standard workflow; retries count."""
