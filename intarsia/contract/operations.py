"""Types that describe the API's operations, of which `table.py` lists all."""

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
    """A request body. With `form`, the client may send a form instead of JSON."""

    model: type[BaseModel]
    examples: Mapping[str, Any] = field(default_factory=dict)
    """Examples of whole bodies, by name."""
    form: type[BaseModel] | None = None
    """Fields of the form (multipart/form-data); None if only JSON is accepted."""


@dataclass(frozen=True)
class Query:
    """One parameter of the query string, always optional, with its description and JSON schema."""

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
    """Whether the body is an array of `model` instead of one object."""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Descriptions, by name, of the headers that only this response has."""


@dataclass(frozen=True)
class Operation:
    """One operation of the API: an HTTP method of a path."""

    method: Method
    path: str
    name: str
    """The operation's name in the contract, such as `create-job`."""
    tag: str
    summary: str
    answer: Answer
    errors: tuple[int, ...] = ()
    """HTTP statuses of errors. The body is a ValidationError for 400, an Error for all others."""
    refused: type[BaseModel] | None = None
    """Model of the body that a 400 may have instead of a ValidationError; None if there is none."""
    text: str = ""
    body: Body | None = None
    query: tuple[Query, ...] = ()
    needs_key: bool = True
    deprecated: bool = False
