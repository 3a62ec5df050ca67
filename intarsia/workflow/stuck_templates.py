"""No template waits for ever: who looks at one that was left behind finds it ended.

A function that dies while it fetches or reads a file is started again by Lambda, twice. What
became of a template whose last try died, or whose event was lost, is decided when it is next
asked for; only then does anybody need to know.
"""

from datetime import datetime, timedelta

from intarsia.domain.templates import Template, TemplateStatus
from intarsia.storage.templates import TemplateRepository

PATIENCE = timedelta(hours=1)
"""Longer than three tries of 15 minutes and the pauses that Lambda makes between them."""

LEFT_BEHIND = {
    TemplateStatus.DOWNLOADING: "The file at src could not be fetched for a fault of this "
    "installation; create the template again or upload its file.",
    TemplateStatus.PROCESSING: "The file could not be read for a fault of this installation; "
    "upload it again.",
}


def freed(templates: TemplateRepository, template: Template, moment: datetime) -> Template:
    """The template as it is at `moment`: ended as `error` if it was left behind."""
    reason = LEFT_BEHIND.get(template.status)
    if reason is None or moment - template.updated_at < PATIENCE:
        return template
    return templates.give_up(template, reason) or templates.get(template.id) or template
