"""X-Ray segment of an attempt, with a subsegment per stage.

It is part of the trace of the request that submitted the job. The document's format is X-Ray's
(https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.told import cut
from intarsia.domain.traces import TraceHeader
from render_container.worker.environment import WorkerEnvironment

NAME = "intarsia-worker"
LONGEST_MESSAGE = 1000  # characters; the job's item holds the whole reason


@dataclass(frozen=True)
class StageTime:
    """Start, duration and success of a stage, or of a whole attempt."""

    name: str
    began: float
    """Start, in seconds since 1970."""
    seconds: float
    """Duration by the monotonic clock."""
    well: bool
    """Whether the stage or the attempt ended without an error."""


def segment(
    job: Job,
    environment: WorkerEnvironment,
    attempt: StageTime,
    stages: Sequence[StageTime],
    failure: Failure | None,
) -> dict[str, Any] | None:
    """Return the document of an attempt's segment; None if the job's request is not sampled.

    `attempt` is the time of the whole attempt, and `failure` its failure; None if it succeeded.
    The annotation `correlation_id` is the root's id, by which the logs of the whole tree can be
    found too.
    """
    header = TraceHeader.read(job.trace)
    if header is None or not header.sampled:
        return None
    document: dict[str, Any] = _timed(attempt) | {
        "name": NAME,
        "trace_id": header.root,
        "parent_id": header.parent,
        "origin": "AWS::ECS::Container",
        "annotations": {
            "correlation_id": job.root_id,
            "job_id": job.id,
            "attempt": environment.attempt,
            "part": environment.part,
        },
        "subsegments": [_timed(stage) for stage in stages],
    }
    if failure:
        if failure.kind in ("user", "cancelled"):
            document = document | {"fault": False, "error": True}
        message = cut(failure.reason, LONGEST_MESSAGE)
        exception = {"id": _new_id(), "type": failure.kind, "message": message}
        document["cause"] = {"exceptions": [exception]}
    return document


def _timed(stage: StageTime) -> dict[str, Any]:
    return {
        "name": stage.name,
        "id": _new_id(),
        "start_time": round(stage.began, 3),
        "end_time": round(stage.began + stage.seconds, 3),
        "fault": not stage.well,
    }


def _new_id() -> str:
    return secrets.token_hex(8)
