"""A secret of a team, without its value: that is kept elsewhere and never shown again."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, StrictStr, ValidationError

from intarsia.domain.assets import Model
from intarsia.domain.errors import RequestError
from intarsia.domain.ids import timestamp
from intarsia.domain.requests import problems_of
from intarsia.domain.secret_references import NAME_PATTERN

VALUE_LIMIT = 64 * 1024  # bytes of UTF-8; Secrets Manager takes no more


def _usable_name(name: str) -> str:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ValueError("must be 1 to 128 of the characters A-Z, a-z, 0-9, _, . and -")
    return name


def _storable_value(value: str) -> str:
    # Neither message may quote the value.
    if not value:
        raise ValueError("must not be empty")
    if len(value.encode()) > VALUE_LIMIT:
        raise ValueError(f"must have {VALUE_LIMIT} bytes at most")
    return value


class SecretRequest(Model):
    """The body of PUT /secrets."""

    name: Annotated[StrictStr, AfterValidator(_usable_name)]
    value: Annotated[StrictStr, AfterValidator(_storable_value)]

    def __repr__(self) -> str:
        return f"SecretRequest(name={self.name!r})"

    __str__ = __repr__


class Secret(BaseModel):
    """What is known of a secret."""

    id: str
    team_id: str
    name: str
    created_at: datetime


def parse_secret_request(body: Any) -> SecretRequest:
    """Validate the body of PUT /secrets. Raises RequestError, which never quotes the value."""
    try:
        return SecretRequest.model_validate(body)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


def secret_view(secret: Secret) -> dict[str, Any]:
    """The Secret object of the contract."""
    return {"id": secret.id, "name": secret.name, "createdAt": timestamp(secret.created_at)}
