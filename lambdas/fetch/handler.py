"""Fetch: download of the project file of a template that was created with `src`."""

import os
from typing import Any

from aws_lambda_powertools import Logger

from intarsia import names
from intarsia.workflow.fetching_templates import fetch_template
from lambdas import dependencies

logger = Logger(service="fetch")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Download the file of the template in a `Template Status Changed` event into the bucket.

    Returns `{"template": id, "status": ...}`, or `{"template": None}` if there is nothing to fetch.
    A file that cannot be fetched is recorded in the template.
    """
    template = fetch_template(
        dependencies.templates(),
        dependencies.projects(),
        event["detail"]["id"],
        allow_private=os.environ.get(names.ENV_ALLOW_PRIVATE_SOURCES) == "1",
    )
    if template is None:
        logger.info("ignored", template_id=event["detail"]["id"])
        return {"template": None}
    logger.info(
        "fetched", template_id=template.id, status=template.status.value, reason=template.error
    )
    return {"template": template.id, "status": template.status.value}
