"""Events on the EventBridge bus: the models of their contents, also the source of their schemas."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from intarsia.domain.states import Status
from intarsia.domain.templates import TemplateStatus

VERSION = 1
"""Version of the format of events. New fields leave it unchanged: receivers ignore unknown ones."""


class _Detail(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: str
    team_id: str = Field(description="Id of the team that owns the resource.")
    updated_at: str = Field(
        description="Time of the status change: RFC 3339 in UTC.",
        json_schema_extra={"format": "date-time"},
    )

    def published(self) -> dict[str, Any]:
        """Return the JSON-ready `detail` of the EventBridge event, with camel-case names."""
        return self.model_dump(mode="json", by_alias=True)


class JobStatusChanged(_Detail):
    """The status of a job has changed, or the job has just been created."""

    parent_id: str | None = Field(
        description="Id of the parent, which receives the output; null for a root."
    )
    root_id: str = Field(description="Id of the root of its tree; the job's own id for a root.")
    template_id: str | None = Field(description="Null for a join.")
    composition: str | None
    status: Status
    previous_status: Status | None = Field(
        description="Null if the job has just been created, or was brought back by a restore."
    )
    attempt: int = Field(ge=1, description="Number of the current or next attempt to render it.")
    error: str | None = Field(description="Reason of the failure or cancellation; null otherwise.")
    has_webhook: bool = Field(description="True if the job has a `webhook`.")


class TemplateStatusChanged(_Detail):
    """The status of a template has changed, or the template has just been created."""

    status: TemplateStatus
    previous_status: TemplateStatus | None = Field(
        description="Null if the template has just been created."
    )
    error: str | None = Field(description="Reason why it cannot be used; null otherwise.")
