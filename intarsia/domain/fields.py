"""Base model and field types of the objects in requests."""

import re
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from intarsia.domain.settings import described

SECRET = r"\$\{secrets?\."  # noqa: S105 - a pattern, not a secret
"""Regular expression for the start of a reference to a secret.

A reference is accepted in place of a URL, because the secret's value is unknown at validation.
"""
LAYER_NAME_LIMIT = 1024  # characters
TEXT_LIMIT = 100_000  # characters
SOURCE_LIMIT = 8192  # characters

Name = Annotated[StrictStr, Field(min_length=1, max_length=LAYER_NAME_LIMIT)]
Text = Annotated[StrictStr, Field(max_length=TEXT_LIMIT)]
Number = (
    Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
)
Value = Annotated[
    StrictBool | Number | Text | list[Number],
    described("must be text, a number, true, false, or an array of numbers"),
]


def _web_only(value: object) -> object:
    if isinstance(value, str) and not re.match(rf"https?://[^/\s]+|{SECRET}", value):
        raise ValueError("must be an https:// or http:// URL")
    return value


def _https_only(value: object) -> object:
    if isinstance(value, str) and not re.match(rf"https://[^/\s]+|{SECRET}", value):
        raise ValueError("must be an https:// URL")
    return value


def _url_schema(begin: str) -> WithJsonSchema:
    pattern = rf"^({begin}[^/\s]|{SECRET})"
    return WithJsonSchema({"type": "string", "maxLength": SOURCE_LIMIT, "pattern": pattern})


Source = Annotated[
    StrictStr,
    Field(max_length=SOURCE_LIMIT),
    BeforeValidator(_web_only),
    _url_schema("https?://"),
]
HttpsSource = Annotated[
    StrictStr,
    Field(max_length=SOURCE_LIMIT),
    BeforeValidator(_https_only),
    _url_schema("https://"),
]


class Model(BaseModel):
    """Base of the contract's objects: camel case in JSON, snake case in Python.

    Unknown fields are ignored.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )
