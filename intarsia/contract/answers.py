"""Answers that handlers put together as plain dictionaries, and forms, as models.

Jobs, batches and templates are models in the domain already. These here are held to what is sent
by the tests that run the document against the API.
"""

from typing import Any, Literal

from pydantic import Field, RootModel

from intarsia.domain.fonts import FontStatus
from intarsia.domain.template_views import UploadInfoView
from intarsia.domain.views import Moment, View


class Error(View):
    """What went wrong, in words for people."""

    error: str


class FieldError(View):
    """One field of a request and what is wrong with it."""

    field: str
    """As the client wrote it, such as `assets[0].layerName`; empty for the whole body."""
    message: str


class ValidationError(View):
    """A request that was refused, with every problem found."""

    error: str
    details: list[FieldError]


class FontView(View):
    """A font and what its file says of itself."""

    id: str
    family_name: str
    file_name: str
    created_at: Moment
    postscript_name: str | None
    full_name: str | None
    style: str | None
    status: FontStatus
    bytes: int | None
    error: str | None


class FontCreatedView(FontView):
    """A new font; with `uploadInfo` while its file is still to come."""

    upload_info: UploadInfoView | None = None


class FontForm(View):
    """A font as the parts of a form."""

    font: bytes = Field(json_schema_extra={"format": "binary"})
    family_name: str | None = Field(None, max_length=128)


class SecretView(View):
    """A secret without its value."""

    id: str
    name: str
    created_at: Moment


class SecretDeletedView(View):
    """The secret that is gone."""

    id: str
    name: str
    deleted: Literal[True]


class OpenApiDocument(RootModel[dict[str, Any]]):
    """This document."""
