"""How often either side looks and beats, and when it takes the other for dead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """All in seconds of the reader's own steady clock; times of two sides are never compared."""

    look: float = 0.25
    """Between two looks at the spool."""
    beat: float = 1.0
    """Between two changes of one's own heartbeat."""
    client_stale: float = 60.0
    """A client whose heartbeat has not changed for so long is dead: its work ends, its files go."""
    agent_stale: float = 180.0
    """So long a client waits for a heartbeat of the agent, which may be starting again."""
