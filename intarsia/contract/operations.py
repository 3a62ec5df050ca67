"""Operations of the API: the types from which the table is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

JSON = "application/json"
TEXT = "text/plain"
FORM = "multipart/form-data"

Method = Literal["get", "post", "put", "patch", "delete"]


@dataclass(frozen=True)
class Body:
    """A request body. With `form`, the client chooses between JSON and a form."""

    model: type[BaseModel]
    examples: Mapping[str, Any] = field(default_factory=dict)
    """Whole bodies, by name."""
    form: type[BaseModel] | None = None
    """Fields of a form (multipart/form-data) that may be sent instead."""


@dataclass(frozen=True)
class Query:
    """One parameter of the query string; none is required."""

    name: str
    text: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """The response to a successful request."""

    status: int
    text: str
    model: type[BaseModel] | None = None
    many: bool = False
    """True if the body is a bare array of `model`."""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that only this response has: their descriptions, by name."""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: Method
    path: str
    name: str
    """The contract's name, such as `create-job`."""
    tag: str
    summary: str
    answer: Answer
    errors: tuple[int, ...] = ()
    """Error statuses. Their body is an Error, for 400 a ValidationError."""
    refused: type[BaseModel] | None = None
    """The body that a 400 may have instead of a ValidationError."""
    text: str = ""
    body: Body | None = None
    query: tuple[Query, ...] = ()
    needs_key: bool = True
    deprecated: bool = False
