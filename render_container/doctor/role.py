"""Check that an ECS task can reach the endpoint with the credentials of its IAM role.

On Windows this requires a network route, which the entry point of the task adds.
"""

import socket
from collections.abc import Callable, Iterator

from render_container.doctor.finding import Finding, State
from render_container.doctor.machine import Machine

ADDRESS = ("169.254.170.2", 80)
"""Host and port of the endpoint at which ECS tasks get their role's credentials."""
VARIABLE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
"""Environment variable that ECS sets in tasks with a role."""
PATIENCE = 3.0  # seconds to wait for a connection

Connect = Callable[[tuple[str, int], float], object]
"""Function that connects to a host and port, within a number of seconds, or raises OSError."""


def check_role(machine: Machine) -> Iterator[Finding]:
    """Yield a finding on whether ECS' credentials endpoint accepts a connection (no request)."""
    yield from role_findings(machine, _connect)


def role_findings(machine: Machine, connect: Connect) -> Iterator[Finding]:
    """Yield a finding on whether `connect` can connect to ECS' credentials endpoint.

    Outside an ECS task with a role, `connect` is not called, and the finding is a note.
    """
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
