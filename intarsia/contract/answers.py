"""Models that belong to no single resource: errors, forms and the OpenAPI document."""

from typing import Any

from pydantic import Field, RootModel

from intarsia.domain.views import View


class Error(View):
    """An error, with a message for people."""

    error: str


class FieldError(View):
    """One invalid field of a request, with a message."""

    field: str
    """Path as the client wrote it, such as `assets[0].layerName`; empty for the whole body."""
    message: str


class ValidationError(View):
    """The response to an invalid request, with every problem found."""

    error: str
    details: list[FieldError]


class FontForm(View):
    """A font's file and the name of its family, sent as a multipart form."""

    font: bytes = Field(json_schema_extra={"format": "binary"})
    family_name: str | None = Field(None, max_length=128)


class OpenApiDocument(RootModel[dict[str, Any]]):
    """The OpenAPI document of this API."""
