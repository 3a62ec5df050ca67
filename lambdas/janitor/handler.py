"""Janitor: on a schedule, sets right what a crash left, and starts lost trees again."""

from typing import Any

from aws_lambda_powertools import Logger

from intarsia.domain.ids import now
from intarsia.workflow.sweeping import sweep
from lambdas import dependencies

logger = Logger(service="janitor")


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One sweep over the active trees."""
    restarted = sweep(dependencies.admission(), now())
    logger.info("swept", restarted=restarted)
    return {"restarted": restarted}
