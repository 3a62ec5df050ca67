"""Timeout of stalled templates, applied when a template is read from the table.

Lambda retries a function twice if it crashes while it fetches or reads a template's file. The last
try may crash too, or the event may be lost. The template then ends as `error` when a client next
requests it.
"""

from datetime import datetime, timedelta

from intarsia.domain.templates import Template, TemplateStatus
from intarsia.storage.templates import TemplateRepository

PATIENCE = timedelta(hours=1)
"""Time without a change after which a template has stalled.

It is longer than three tries of 15 minutes and Lambda's pauses between them.
"""

LEFT_BEHIND = {
    TemplateStatus.DOWNLOADING: "The file at src could not be fetched because of an internal "
    "error; create the template again or upload its file.",
    TemplateStatus.PROCESSING: "The file could not be read because of an internal error; "
    "upload it again.",
}


def freed(templates: TemplateRepository, template: Template, moment: datetime) -> Template:
    """Return the template, ended as `error` if it has stalled at `moment`.

    A template has stalled if it is `downloading` or `processing` and has not changed for PATIENCE.
    """
    reason = LEFT_BEHIND.get(template.status)
    if reason is None or moment - template.updated_at < PATIENCE:
        return template
    return templates.give_up(template, reason) or templates.get(template.id) or template
