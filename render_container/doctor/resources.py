"""Checks of memory, processors and disks."""

import shutil
import tempfile
from collections.abc import Iterator

import psutil

from intarsia.names import ENV_SPOOL
from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

GIB = 1024**3
AFTER_EFFECTS_MEMORY = 15 * GIB
"""Bytes of memory below which After Effects gets a warning.

After Effects needs 16 GiB. The limit is lower, because a machine with 16 GiB may report less.
"""
DISK = 20 * GIB
"""Minimum free bytes on a disk, for one job's footage, intermediate movie and output."""


def check_resources(machine: Machine) -> Iterator[Finding]:
    """Report processors and memory, and check the disks, for renders without After Effects."""
    yield Finding(State.OK, "processors", str(psutil.cpu_count()))
    memory = psutil.virtual_memory()
    yield Finding(State.OK, "memory", _of(memory.available, memory.total))
    yield from _disks(machine)


def check_after_effects_resources(machine: Machine) -> Iterator[Finding]:
    """Report processors, and check memory, paging file and disks, for After Effects."""
    yield Finding(State.OK, "processors", str(psutil.cpu_count()))
    memory = psutil.virtual_memory()
    small = memory.total < AFTER_EFFECTS_MEMORY
    advice = "After Effects needs 16 GiB" if small else ""
    state = State.WARNING if small else State.OK
    yield Finding(state, "memory", _of(memory.available, memory.total), advice)
    swap = psutil.swap_memory()
    if swap.total:
        yield Finding(State.OK, "paging file", _of(swap.free, swap.total))
    else:
        advice = "add one: without it, After Effects is killed when memory runs out"
        yield Finding(State.WARNING, "paging file", "none", advice)
    yield from _disks(machine)


def _disks(machine: Machine) -> Iterator[Finding]:
    for name, folder in (
        ("work folder", tempfile.gettempdir()),
        ("spool", machine.variables.get(ENV_SPOOL)),
    ):
        if not folder:
            continue
        try:
            disk = shutil.disk_usage(folder)
        except OSError as error:
            found = f"{folder}: {error.strerror}"
            yield Finding(State.PROBLEM, name, found, "create or mount this folder")
            continue
        small = disk.free < DISK
        advice = f"free some space: a render may need {_gib(DISK)} or more" if small else ""
        state = State.WARNING if small else State.OK
        yield Finding(state, name, f"{_of(disk.free, disk.total)} on {folder}", advice)


def _of(free: float, total: float) -> str:
    return f"{_gib(free)} of {_gib(total)} free"


def _gib(size: float) -> str:
    return f"{size / GIB:.1f} GiB"
