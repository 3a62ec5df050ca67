"""Settle step: `{"jobId", "attempt", "parts", "cause"?}` in; what to do next out."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger

from intarsia.domain.pieces import WHOLE
from intarsia.workflow.settling import settle
from lambdas import dependencies

logger = Logger(service="settle")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Decide what follows from the end of a render task."""
    decision = settle(
        dependencies.jobs(),
        event["jobId"],
        int(event["attempt"]),
        event.get("cause"),
        parts=event.get("parts", [WHOLE]),
    )
    logger.info("settled", job_id=event["jobId"], **asdict(decision))
    return asdict(decision)
