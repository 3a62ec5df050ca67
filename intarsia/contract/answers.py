"""Answers that are nobody's in particular, and forms, as models."""

from typing import Any

from pydantic import Field, RootModel

from intarsia.domain.views import View


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


class FontForm(View):
    """A font as the parts of a form."""

    font: bytes = Field(json_schema_extra={"format": "binary"})
    family_name: str | None = Field(None, max_length=128)


class OpenApiDocument(RootModel[dict[str, Any]]):
    """This document."""
