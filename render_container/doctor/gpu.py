"""Checks of the GPU by means of nvidia-smi, a program of NVIDIA's driver."""

from collections.abc import Iterator

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

COMMAND = (
    "nvidia-smi",
    "--query-gpu=name,driver_version,memory.total,driver_model.current",
    "--format=csv,noheader",
)
PATIENCE = 30.0  # seconds for nvidia-smi


def check_gpu(machine: Machine) -> Iterator[Finding]:
    """Yield a finding per GPU: whether After Effects can render with its driver model.

    It is a problem if there is no GPU.
    """
    ran = machine.run(COMMAND, PATIENCE)
    lines = [line.strip() for line in ran.output.splitlines() if line.count(",") == 3]
    if ran.code != 0 or not lines:
        advice = "install the GRID driver (prepare-host.ps1), restart, and check again"
        said = " ".join(ran.output.split())[:200]
        yield Finding(State.PROBLEM, "GPU", f"nvidia-smi: {said or 'nothing found'}", advice)
    for line in lines:
        # DirectX needs the driver model WDDM. The Tesla driver's TCC and MCDM only compute.
        drawing = line.rpartition(",")[2].strip().upper() in {"WDDM", "[N/A]"}
        advice = "" if drawing else "use the GRID driver: this driver model cannot draw"
        yield Finding(State.OK if drawing else State.PROBLEM, "GPU", line, advice)


def check_no_gpu(machine: Machine) -> Iterator[Finding]:
    """Yield a finding on whether there is a GPU. A missing GPU is only a note.

    After Effects can render in software. In a Windows container it has to, because ECS passes no
    GPU into one.
    """
    ran = machine.run(COMMAND, PATIENCE)
    if ran.code == 0:
        yield Finding(State.OK, "GPU", " ".join(ran.output.split())[:200])
    else:
        yield Finding(State.NOTE, "GPU", "none; After Effects draws in software")
