"""Admit: start of the next trees in the admission queues when admitted trees have ended."""

from typing import Any

from aws_lambda_powertools import Logger

from intarsia.domain.jobs import Job
from intarsia.storage.items import from_item
from intarsia.workflow.admitting import admit, release
from lambdas import dependencies

SECONDS = 20.0
"""Time limit in seconds for admission from each fleet's queue. The function has a minute for both.
"""

logger = Logger(service="admit")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Release the places of ended trees in the fleets, and start waiting trees in those places.

    `event` has stream records of ended jobs. Returns `{"begun": [...]}` with the root ids of
    started trees. If the table cannot be reached, the error is raised. Lambda then retries the
    batch, which is safe to repeat.
    """
    images = [record["dynamodb"]["NewImage"] for record in event["Records"]]
    jobs = [from_item(Job, image) for image in images]
    ended = [job for job in jobs if job.parent_id is None and job.status.terminal]
    admission = dependencies.admission()
    begun = [
        root_id
        for fleet in release(admission, ended)
        for root_id in admit(admission, fleet, seconds=SECONDS)
    ]
    logger.info("admitted", ended=len(ended), begun=len(begun))
    return {"begun": begun}
