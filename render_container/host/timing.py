"""Timing of the protocol between the host agent and its clients."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Intervals and time limits of the protocol, in seconds.

    Each side measures them on its own monotonic clock; times of two sides are never compared.
    """

    look: float = 0.25
    """Seconds between two checks of the spool for new files."""
    beat: float = 1.0
    """Seconds between two changes of a heartbeat file by its writer."""
    client_stale: float = 60.0
    """Seconds without a client's heartbeat after which the client counts as dead.

    The agent then ends its render and removes its files.
    """
    agent_stale: float = 180.0
    """Seconds without the agent's heartbeat after which a client fails.

    Long enough for the agent to restart.
    """
