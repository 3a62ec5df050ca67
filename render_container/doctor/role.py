"""Check that a task can reach its role's credentials, which requires a route on Windows."""

import socket
from collections.abc import Callable, Iterator

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

ADDRESS = ("169.254.170.2", 80)
"""Host and port of ECS' credentials endpoint for tasks."""
VARIABLE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
PATIENCE = 3.0  # seconds

Connect = Callable[[tuple[str, int], float], object]


def check_role(machine: Machine) -> Iterator[Finding]:
    """Check that the credentials endpoint accepts connections, without sending a request."""
    yield from role_findings(machine, _connect)


def role_findings(machine: Machine, connect: Connect) -> Iterator[Finding]:
    """Check the credentials endpoint with `connect`, which raises OSError on failure."""
    what = "task role"
    if VARIABLE not in machine.variables:
        yield Finding(State.NOTE, what, f"not a task with a role ({VARIABLE} is not set)")
        return
    try:
        connect(ADDRESS, PATIENCE)
    except OSError as error:
        advice = (
            "run `Initialize-ECSAgent -EnableTaskIAMRole` on the machine; "
            "the task's entry point then adds the route"
        )
        found = f"{ADDRESS[0]} cannot be reached: {error.strerror or error}"
        yield Finding(State.PROBLEM, what, found, advice)
    else:
        yield Finding(State.OK, what, f"{ADDRESS[0]} can be reached")


def _connect(address: tuple[str, int], seconds: float) -> None:
    socket.create_connection(address, seconds).close()
