"""Introspect: runs when an upload has arrived in the templates bucket."""

from typing import Any

from aws_lambda_powertools import Logger

from intarsia.workflow.introspecting import introspect, upload_of
from lambdas import dependencies

logger = Logger(service="introspect")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Read the project of an `Object Created` event."""
    stored = event["detail"]["object"]
    upload = upload_of(stored["key"], int(stored["size"]))
    template = (
        introspect(dependencies.templates(), dependencies.projects(), upload) if upload else None
    )
    if template is None:
        logger.info("ignored", key=stored["key"])
        return {"template": None}
    logger.info(
        "introspected",
        template_id=template.id,
        status=template.status.value,
        reason=template.error,
    )
    return {"template": template.id, "status": template.status.value}
