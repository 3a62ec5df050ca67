"""A template: an uploaded project, and what introspection found in it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictStr, ValidationError

from intarsia.domain.assets import Model
from intarsia.domain.errors import RequestError
from intarsia.domain.ids import timestamp
from intarsia.domain.requests import problems_of

UPLOAD_LIMIT = 2 * 1024**3  # bytes
UPLOAD_URL_SECONDS = 3600


class TemplateStatus(StrEnum):
    """Where a template is on its way from upload to use."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    UPLOADED = "uploaded"
    ERROR = "error"


class TemplateRequest(Model):
    """The body of POST /templates."""

    type: Literal["aep", "zip"]
    display_name: Annotated[StrictStr, Field(min_length=1, max_length=256)]


class Contents(BaseModel):
    """What introspection found, as far as a client wants to see it at a glance."""

    compositions: list[str] = Field(default_factory=list)
    layers: list[str] = Field(default_factory=list)
    fonts: list[str] = Field(default_factory=list)
    """PostScript names."""
    effects: list[str] = Field(default_factory=list)
    missing_footage: list[str] = Field(default_factory=list)
    """Files that the project uses and that did not come along with it."""
    warnings: list[str] = Field(default_factory=list)


class Template(BaseModel):
    """One template of a team."""

    id: str
    team_id: str
    type: Literal["aep", "zip"]
    display_name: str
    status: TemplateStatus
    key: str
    """Key of the upload in the templates bucket."""
    facts_key: str
    """Key of what introspection found, in the templates bucket."""
    created_at: datetime
    updated_at: datetime
    contents: Contents = Field(default_factory=Contents)
    error: str | None = None


def parse_template_request(body: Any) -> TemplateRequest:
    """Validate the body of POST /templates. Raises RequestError."""
    try:
        return TemplateRequest.model_validate(body)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


def upload_key(team_id: str, template_id: str, kind: str) -> str:
    """Where an upload lands in the templates bucket."""
    return f"templates/{team_id}/{template_id}/source.{kind}"


def facts_key(team_id: str, template_id: str) -> str:
    """Where introspection writes what it found."""
    return f"templates/{team_id}/{template_id}/facts.json"


def template_view(template: Template) -> dict[str, Any]:
    """The Template object of the contract."""
    return {
        "id": template.id,
        "type": template.type,
        "displayName": template.display_name,
        "status": template.status.value,
        "createdAt": timestamp(template.created_at),
        "updatedAt": timestamp(template.updated_at),
        "compositions": template.contents.compositions,
        "layers": template.contents.layers,
        "fonts": template.contents.fonts,
        "effects": template.contents.effects,
        "missingFootage": template.contents.missing_footage,
        "warnings": template.contents.warnings,
        "mogrt": {},
        "error": template.error,
    }
