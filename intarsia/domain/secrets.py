"""Secrets of a team. Values are stored in Secrets Manager only, and the API never returns them."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, StrictStr

from intarsia.domain.assets import Model
from intarsia.domain.secret_references import NAME_PATTERN
from intarsia.domain.views import Moment, View

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
    """A team's secret as stored in the table, without its value."""

    id: str
    team_id: str
    name: str
    created_at: datetime


class SecretView(View):
    """A secret of the team, without its value."""

    id: str
    name: str
    created_at: Moment


class SecretDeletedView(View):
    """The response to the deletion of a secret."""

    id: str
    name: str
    deleted: Literal[True]


def secret_view(secret: Secret) -> SecretView:
    """Return the contract's Secret object, which has no value, for a stored secret."""
    return SecretView(id=secret.id, name=secret.name, created_at=secret.created_at)
