"""Events for the EventBridge bus, derived from a change of an item in the table."""

from dataclasses import dataclass
from typing import Any

from intarsia.domain.events import JobStatusChanged, TemplateStatusChanged
from intarsia.domain.ids import timestamp
from intarsia.domain.jobs import Job
from intarsia.domain.states import Status
from intarsia.domain.templates import Template, TemplateStatus
from intarsia.names import EVENT_JOB_STATUS, EVENT_TEMPLATE_STATUS, JOB_ITEMS, TEMPLATE_ITEMS
from intarsia.storage.items import from_item

Image = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """An event for the EventBridge bus; `kind` is its detail type."""

    kind: str
    detail: dict[str, Any]


def event_of(before: Image | None, after: Image | None) -> Event | None:
    """Return the event for a change of an item, or None if no job's or template's status changed.

    `before` and `after` are the item's images in the table's stream; None: the item did not exist.
    """
    if after is None or _text(before, "status") == _text(after, "status"):
        return None
    key = _text(after, "pk") or ""
    if key.startswith(JOB_ITEMS):
        return _job_event(from_item(Job, after), _text(before, "status"))
    if key.startswith(TEMPLATE_ITEMS):
        return _template_event(from_item(Template, after), _text(before, "status"))
    return None


def _job_event(job: Job, previous: str | None) -> Event:
    changed = JobStatusChanged(
        id=job.id,
        team_id=job.team_id,
        parent_id=job.parent_id,
        root_id=job.root_id,
        template_id=job.template_id,
        composition=job.composition,
        status=job.status,
        previous_status=Status(previous) if previous else None,
        attempt=job.attempt,
        error=job.failure.reason if job.failure else None,
        has_webhook=job.has_webhook,
        updated_at=timestamp(job.updated_at),
    )
    return Event(EVENT_JOB_STATUS, changed.published())


def _template_event(template: Template, previous: str | None) -> Event:
    changed = TemplateStatusChanged(
        id=template.id,
        team_id=template.team_id,
        status=template.status,
        previous_status=TemplateStatus(previous) if previous else None,
        error=template.error,
        updated_at=timestamp(template.updated_at),
    )
    return Event(EVENT_TEMPLATE_STATUS, changed.published())


def _text(image: Image | None, name: str) -> str | None:
    value = (image or {}).get(name, {}).get("S")
    return str(value) if value is not None else None
