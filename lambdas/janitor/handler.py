"""Janitor: a scheduled repair of trees that a crash left inconsistent or without an execution."""

from typing import Any

from aws_lambda_powertools import Logger

from intarsia.domain.ids import now
from intarsia.workflow.sweeping import sweep
from lambdas import dependencies

logger = Logger(service="janitor")


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Repair all trees of jobs that have not ended, once.

    Returns `{"restarted": [...]}` with the root ids of the trees whose executions were restarted.
    """
    restarted = sweep(dependencies.admission(), now())
    logger.info("swept", restarted=restarted)
    return {"restarted": restarted}
