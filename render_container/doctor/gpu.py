"""Checks of the GPU with the driver's nvidia-smi."""

from collections.abc import Iterator

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

COMMAND = (
    "nvidia-smi",
    "--query-gpu=name,driver_version,memory.total,driver_model.current",
    "--format=csv,noheader",
)
PATIENCE = 30.0  # seconds


def check_gpu(machine: Machine) -> Iterator[Finding]:
    """Check for a GPU with a driver model with which After Effects can draw."""
    ran = machine.run(COMMAND, PATIENCE)
    lines = [line.strip() for line in ran.output.splitlines() if line.count(",") == 3]
    if ran.code != 0 or not lines:
        advice = "install the GRID driver (prepare-host.ps1), restart, and check again"
        said = " ".join(ran.output.split())[:200]
        yield Finding(State.PROBLEM, "GPU", f"nvidia-smi: {said or 'nothing found'}", advice)
    for line in lines:
        # DirectX needs WDDM; the Tesla driver's TCC and MCDM only compute.
        drawing = line.rpartition(",")[2].strip().upper() in {"WDDM", "[N/A]"}
        advice = "" if drawing else "use the GRID driver: this driver model cannot draw"
        yield Finding(State.OK if drawing else State.PROBLEM, "GPU", line, advice)


def check_no_gpu(machine: Machine) -> Iterator[Finding]:
    """Report whether there is a GPU; none is needed, as After Effects can draw in software.

    ECS passes no GPU into Windows containers.
    """
    ran = machine.run(COMMAND, PATIENCE)
    if ran.code == 0:
        yield Finding(State.OK, "GPU", " ".join(ran.output.split())[:200])
    else:
        yield Finding(State.NOTE, "GPU", "none; After Effects draws in software")
