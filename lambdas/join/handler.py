"""Join step of the RenderJob state machine: the outputs of children fill their slots."""

from typing import Any

from aws_lambda_powertools import Logger

from intarsia.workflow.joining import join
from lambdas import dependencies

logger = Logger(service="join")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fill the slots of a parent whose children have ended, and queue the parent.

    A parent with a failed child fails instead. `event` is `{"jobId"}` with the parent's id; the
    result is its status, attempt, fleet and parts. Safe to repeat. Raises KeyError for an unknown
    job, and ChildrenUnsettledError if a child has not ended.
    """
    job = join(dependencies.jobs(), dependencies.manifests(), event["jobId"])
    logger.info("joined", job_id=job.id, correlation_id=job.root_id, status=job.status.value)
    return {
        "status": job.status.value,
        "attempt": job.attempt,
        "fleet": job.fleet,
        "parts": job.parts,
    }
