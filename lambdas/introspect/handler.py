"""Introspect: reading of a project or font that has arrived in the templates bucket."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from intarsia.workflow.adding_fonts import FontUpload, font_upload_of, read_font
from intarsia.workflow.introspecting import introspect, upload_of
from lambdas import dependencies

logger = Logger(service="introspect")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Read the project or font in an S3 `Object Created` event, and record its contents or error.

    Returns `{"template": id, "status": ...}`, or `{"font": id, "status": ...}` for a font. The id
    is None, without a status, if the object is ignored, for example because its template was
    deleted.
    """
    stored = event["detail"]["object"]
    size = int(stored["size"])
    if font_upload := font_upload_of(stored["key"], size):
        return _font(font_upload)
    upload = upload_of(stored["key"], size, datetime.fromisoformat(event["time"]))
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


def _font(upload: FontUpload) -> dict[str, Any]:
    font = read_font(dependencies.fonts(), dependencies.font_files(), upload)
    if font is None:
        logger.info("ignored", key=upload.key)
        return {"font": None}
    logger.info("read", font_id=font.id, status=font.status.value, reason=font.error)
    return {"font": font.id, "status": font.status.value}
