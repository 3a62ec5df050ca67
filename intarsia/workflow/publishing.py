"""From a change of an item in the table to an event on the bus."""

from dataclasses import dataclass
from typing import Any

from intarsia.domain.ids import timestamp
from intarsia.domain.jobs import Job
from intarsia.domain.templates import Template
from intarsia.names import EVENT_JOB_STATUS, EVENT_TEMPLATE_STATUS
from intarsia.storage.items import from_item

Image = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One event."""

    kind: str
    detail: dict[str, Any]


def event_of(before: Image | None, after: Image | None) -> Event | None:
    """The event that a change means, or None when no status changed.

    `before` and `after` are an item's images as the table's stream has them.
    """
    if after is None or _text(before, "status") == _text(after, "status"):
        return None
    match (_text(after, "pk") or "").partition("#")[0]:
        case "JOB":
            return _job_event(from_item(Job, after), _text(before, "status"))
        case "TEMPLATE":
            return _template_event(from_item(Template, after), _text(before, "status"))
        case _:
            return None


def _job_event(job: Job, previous: str | None) -> Event:
    detail = {
        "id": job.id,
        "teamId": job.team_id,
        "parentId": job.parent_id,
        "rootId": job.root_id,
        "templateId": job.template_id,
        "composition": job.composition,
        "status": job.status.value,
        "previousStatus": previous,
        "attempt": job.attempt,
        "error": job.failure.reason if job.failure else None,
        "hasWebhook": job.has_webhook,
        "updatedAt": timestamp(job.updated_at),
    }
    return Event(EVENT_JOB_STATUS, detail)


def _template_event(template: Template, previous: str | None) -> Event:
    detail = {
        "id": template.id,
        "teamId": template.team_id,
        "status": template.status.value,
        "previousStatus": previous,
        "error": template.error,
        "updatedAt": timestamp(template.updated_at),
    }
    return Event(EVENT_TEMPLATE_STATUS, detail)


def _text(image: Image | None, name: str) -> str | None:
    value = (image or {}).get(name, {}).get("S")
    return str(value) if value is not None else None
