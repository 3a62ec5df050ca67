"""Timing of the spool: intervals of looks and beats, and bounds of silence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Intervals in seconds of the reader's own monotonic clock.

    Times of two sides are never compared.
    """

    look: float = 0.25
    """Between two looks at the spool."""
    beat: float = 1.0
    """Between two beats of a writer's heartbeat."""
    client_stale: float = 60.0
    """Silence after which a client counts as dead: its render ends and its files are removed."""
    agent_stale: float = 180.0
    """Silence after which a client gives up on the agent, which may be restarting."""
