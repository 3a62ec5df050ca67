"""Events on the bus: the one source of their contents and of their schemas."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from intarsia.domain.states import Status
from intarsia.domain.templates import TemplateStatus

VERSION = 1
"""Version of the events. New fields do not change it; receivers ignore unknown fields."""


class _Detail(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: str
    team_id: str = Field(description="Whose it is.")
    updated_at: str = Field(
        description="When the status changed: RFC 3339 in UTC.",
        json_schema_extra={"format": "date-time"},
    )

    def published(self) -> dict[str, Any]:
        """Return the JSON-ready detail of the event, in camel case."""
        return self.model_dump(mode="json", by_alias=True)


class JobStatusChanged(_Detail):
    """A job has another status than before, or has just been made."""

    parent_id: str | None = Field(description="The job into which its output is set; null: a root.")
    root_id: str = Field(description="The root of its tree: its own id without a parent.")
    template_id: str | None = Field(description="Null: a join.")
    composition: str | None
    status: Status
    previous_status: Status | None = Field(description="Null: the job has just been made.")
    attempt: int = Field(ge=1, description="Which attempt at rendering it this is, or will be.")
    error: str | None = Field(description="Why it failed or was cancelled.")
    has_webhook: bool = Field(description="Whether its client named a receiver of its end.")


class TemplateStatusChanged(_Detail):
    """A template has another status than before, or has just been made."""

    status: TemplateStatus
    previous_status: TemplateStatus | None = Field(
        description="Null: the template has just been made."
    )
    error: str | None = Field(description="Why it cannot be used.")
