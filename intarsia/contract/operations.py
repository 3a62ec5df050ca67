"""What one operation of the API is: the words in which the table is written."""

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
    """What a request brings. More than one media type: the client has the choice."""

    model: type[BaseModel]
    examples: Mapping[str, Any] = field(default_factory=dict)
    """By name, each a whole body."""
    form: type[BaseModel] | None = None
    """Fields of a form (multipart/form-data) that may come instead."""


@dataclass(frozen=True)
class Query:
    """One parameter of the query string; none is required."""

    name: str
    text: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What comes back when all went well."""

    status: int
    text: str
    model: type[BaseModel] | None = None
    many: bool = False
    """A bare array of `model`."""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that only this answer has: what they hold, by name."""


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
    """Statuses that come with the Error body; 400 with ValidationError."""
    refused: type[BaseModel] | None = None
    """What a 400 may bring instead of ValidationError."""
    text: str = ""
    body: Body | None = None
    query: tuple[Query, ...] = ()
    needs_key: bool = True
    deprecated: bool = False
