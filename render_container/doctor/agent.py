"""Check of the host agent, which runs After Effects for the ECS tasks on the same machine."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from intarsia.names import ENV_SPOOL
from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine
from render_container.host.heartbeat import Pulse
from render_container.host.spool import Spool
from render_container.host.timing import Timing

PATIENCE = 10.0  # seconds to wait for a heartbeat; a running agent writes one every second


def check_agent(machine: Machine) -> Iterator[Finding]:
    """Yield a finding on whether the agent runs: its spool exists, and its heartbeat changes.

    The spool is the folder, named by INTARSIA_SPOOL, in which the agent receives renders.
    """
    folder = machine.folder(ENV_SPOOL)
    if folder is None:
        advice = f"set {ENV_SPOOL}; without it the worker starts After Effects itself"
        yield Finding(State.PROBLEM, "host agent", f"{ENV_SPOOL} is not set", advice)
    elif not folder.is_dir():
        advice = "mount the machine's spool folder in the task under the same path"
        yield Finding(State.PROBLEM, "host agent", f"folder {folder}: not found", advice)
    else:
        yield heart_finding(folder, PATIENCE)


def heart_finding(
    folder: Path,
    seconds: float,
    *,
    now: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Finding:
    """Return a finding on whether the agent runs: its heartbeat must change within `seconds`.

    `folder` is the spool, which contains the heartbeat. `now` (seconds of a monotonic clock) and
    `pause` (sleeps for a number of seconds) are replaceable in tests.
    """
    beat = Spool(folder).beat
    advice = "on the machine, run `Get-Service IntarsiaHostAgent` and read its event log"
    if not beat.exists():
        return Finding(
            State.PROBLEM, "host agent", f"never started with the spool {folder}", advice
        )
    pulse = Pulse(beat, seconds)
    end = now() + seconds
    while now() < end:
        pulse.look(now())
        if pulse.seen:
            return Finding(State.OK, "host agent", f"running with the spool {folder}")
        pause(Timing().look)
    found = f"no heartbeat within {seconds:g} s in {folder}"
    return Finding(State.PROBLEM, "host agent", found, advice)
