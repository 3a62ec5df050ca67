"""Templates (After Effects projects that clients upload or Intarsia fetches) and their contents."""

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainSerializer, StrictStr

from intarsia.domain.fields import Model
from intarsia.domain.ids import new_id
from intarsia.domain.secret_references import references_in

UPLOAD_LIMIT = 2 * 1024**3  # bytes
URL_SECONDS = 3600
"""Lifetime in seconds of presigned URLs that upload or download a template's file."""

TemplateType = Literal["aep", "zip", "mogrt"]


class TemplateStatus(StrEnum):
    """The status of a template: it can be rendered once it is `uploaded`."""

    AWAITING_UPLOAD = "awaiting_upload"
    DOWNLOADING = "downloading"
    PROCESSING = "processing"
    UPLOADED = "uploaded"
    ERROR = "error"


def _not_blank(name: str) -> str:
    if not name.strip():
        raise ValueError("must not be empty")
    return name


def _fetchable(url: str) -> str:
    if references_in(url):
        raise ValueError("must not refer to secrets; give a URL that works as it is")
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x20\x7f]", url):
        raise ValueError("must be an https:// URL")
    return url


DisplayName = Annotated[StrictStr, Field(max_length=256), AfterValidator(_not_blank)]
TemplateSource = Annotated[StrictStr, Field(max_length=8192), AfterValidator(_fetchable)]


class TemplateRequest(Model):
    """The body of POST /templates."""

    type: TemplateType
    display_name: DisplayName
    src: TemplateSource | None = None
    """URL from which to fetch the template's file; None if the client uploads the file."""


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class TemplateUpdate(Model):
    """The body of PATCH /templates/{id}."""

    display_name: DisplayName = Field(default="", json_schema_extra=_without_default)
    """New name of the template; empty only if none was given, and then the name stays."""


_AsText = (
    PlainSerializer(json.dumps, return_type=str),
    BeforeValidator(lambda value: json.loads(value) if isinstance(value, str) else value),
)


class Contents(BaseModel):
    """Summary for clients of the contents that introspection found in a template's project."""

    compositions: list[str] = Field(default_factory=list)
    layers: list[str] = Field(default_factory=list)
    fonts: list[str] = Field(default_factory=list)
    """PostScript names of the fonts that the project uses."""
    effects: list[str] = Field(default_factory=list)
    missing_footage: list[str] = Field(default_factory=list)
    """Files that the project uses but that were not uploaded with it."""
    warnings: list[str] = Field(default_factory=list)
    mogrt: Annotated[dict[str, Any], *_AsText] = Field(default_factory=dict)
    """Settable fields of a Motion Graphics template (.mogrt); empty for other types.

    They are stored as JSON text, because DynamoDB does not accept every number.
    """


class Template(BaseModel):
    """One After Effects template of a team.

    Each upload has a key of its own. A job therefore renders the file that was current when the
    job was accepted, even if a newer file is uploaded later.
    """

    id: str
    team_id: str
    type: TemplateType
    display_name: str
    status: TemplateStatus
    key: str
    """Key in the templates bucket of the last file that arrived; before that, of the first one."""
    facts_key: str
    """Key of the introspection's result in the templates bucket.

    The object exists once `status` is `uploaded`.
    """
    src: str | None = None
    """URL from which the file is still to be fetched; None if there is nothing to fetch.

    It may contain a signature, so it must never be shown.
    """
    created_at: datetime
    updated_at: datetime
    contents: Contents = Field(default_factory=Contents)
    error: str | None = None


def template_folder(team_id: str, template_id: str) -> str:
    """Return the key prefix of all of a template's objects in the templates bucket."""
    return f"templates/{team_id}/{template_id}/"


def upload_key(team_id: str, template_id: str, kind: TemplateType) -> str:
    """Return a new key in the templates bucket for one upload of a template's file."""
    return f"{template_folder(team_id, template_id)}{new_id()}/source.{kind}"


def facts_key(team_id: str, template_id: str) -> str:
    """Return a new key in the templates bucket for the result of one introspection of an upload."""
    return f"{template_folder(team_id, template_id)}facts/{new_id()}.json"


def file_name(template: Template) -> str:
    """Return the file name for downloads of a template's file, safe inside an HTTP header."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", template.display_name).strip("-.")[:80]
    return f"{stem or template.id}.{template.type}"
