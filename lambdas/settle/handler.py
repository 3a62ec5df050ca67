"""Settle step of the RenderJob state machine: the decision after a render task has ended."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger

from intarsia.domain.pieces import WHOLE
from intarsia.workflow.settling import settle
from lambdas import dependencies

logger = Logger(service="settle")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Decide whether to retry, assemble the pieces, or stop after a render task has ended.

    `event` is `{"jobId", "attempt", "parts"?, "cause"?}`. `parts` are the parts of the job that the
    ended tasks rendered, by default the whole job. `cause` is the error reported by the task's
    runner, used if the worker recorded none. The result is a `settling.Decision` as a dict. Safe to
    repeat. Raises KeyError for an unknown job.
    """
    decision = settle(
        dependencies.jobs(),
        event["jobId"],
        int(event["attempt"]),
        event.get("cause"),
        parts=event.get("parts", [WHOLE]),
    )
    logger.info("settled", job_id=event["jobId"], **asdict(decision))
    return asdict(decision)
