"""Fetch: download of the file of a template that was created with `src`."""

import os
from typing import Any

from aws_lambda_powertools import Logger

from intarsia import names
from intarsia.workflow.fetching_templates import fetch_template
from lambdas import dependencies

logger = Logger(service="fetch")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fetch the file of the template in a `Template Status Changed` event into the bucket."""
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
