"""The state machine's own retries and pauses, read from its definition."""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

DEFINITION = Path(__file__).parents[2] / "stacks" / "render_job.asl.json"


@dataclass(frozen=True)
class Retry:
    """A Retry block with full jitter."""

    interval: float  # seconds
    rate: float
    most: int
    """Maximum number of retries after the first try."""
    longest: float  # seconds

    def delay(self, retry: int, random: Random) -> float:
        """Return the random seconds before retry number `retry`, counted from 0."""
        return random.uniform(0, min(self.longest, self.interval * self.rate**retry))


@dataclass(frozen=True)
class Policy:
    """Retries of tasks that did not start, pauses after lost attempts, and the Map's limit."""

    gpu: Retry
    linux: Retry
    children_at_once: int
    short_pause: float  # seconds, before the second attempt
    long_pause: float  # seconds, before later ones


def read_policy() -> Policy:
    """Return the policy defined in render_job.asl.json."""
    states = json.loads(DEFINITION.read_text())["States"]
    render = states["Render"]["ItemProcessor"]["States"]
    return Policy(
        gpu=_retry(render["RenderGpu"]),
        linux=_retry(render["RenderLinux"]),
        children_at_once=states["Children"]["MaxConcurrency"],
        short_pause=states["ShortPause"]["Seconds"],
        long_pause=states["LongPause"]["Seconds"],
    )


def _retry(state: dict[str, Any]) -> Retry:
    (block,) = state["Retry"]
    assert block["JitterStrategy"] == "FULL"
    return Retry(
        block["IntervalSeconds"],
        block["BackoffRate"],
        block["MaxAttempts"],
        block["MaxDelaySeconds"],
    )
