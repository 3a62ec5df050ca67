"""API keys: bearer tokens of teams, of which only a hash is stored."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intarsia.domain.errors import IntarsiaError
from intarsia.domain.ids import now, timestamp
from intarsia.names import KEY_ITEMS
from intarsia.storage.items import attribute

ID_LENGTH = 12  # hexadecimal digits of the hash: enough to tell keys apart


@dataclass(frozen=True)
class KeyRecord:
    """An API key as stored; the token cannot be derived from it."""

    digest: str
    """SHA-256 of the token, hexadecimal."""
    team_id: str
    name: str
    created_at: str
    """Time of creation, in ISO 8601."""

    @property
    def id(self) -> str:
        """Short id of the key for people: the first ID_LENGTH digits of its digest."""
        return self.digest[:ID_LENGTH]


class KeyChoiceError(IntarsiaError):
    """Failure to find one key by a given id, which is too short, or matches no key or several."""


def new_token() -> str:
    """Return a new bearer token: `itk_` and 256 random bits."""
    return "itk_" + secrets.token_urlsafe(32)


class KeyRepository:
    """API keys in the table, under the SHA-256 of their tokens.

    A plain hash is enough, because a token of 256 random bits cannot be guessed.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, token: str, team_id: str, name: str) -> None:
        """Store the hash of `token` as a key of a team. `name` describes the key to its owners."""
        self._client.put_item(
            TableName=self._table,
            Item=_key(token)
            | {
                "team_id": attribute(team_id),
                "name": attribute(name),
                "created_at": attribute(timestamp(now())),
            },
        )

    def all(self) -> Iterator[KeyRecord]:
        """Yield every key, in no order. Scans the whole table: for an operator's rare use only."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(pk, :key) AND sk = :meta",
            ExpressionAttributeValues={":key": attribute(KEY_ITEMS), ":meta": attribute("META")},
        )
        for page in pages:
            for item in page["Items"]:
                yield KeyRecord(
                    digest=item["pk"]["S"].removeprefix(KEY_ITEMS),
                    team_id=item["team_id"]["S"],
                    name=item["name"]["S"],
                    created_at=item["created_at"]["S"],
                )

    def revoke(self, key_id: str) -> KeyRecord:
        """Delete a key, and return its record; requests with it are then rejected.

        `key_id` is the `id` of a KeyRecord, or more digits of its digest. Raises KeyChoiceError if
        it is too short, or matches no key or several.
        """
        if len(key_id) < ID_LENGTH:
            raise KeyChoiceError(
                f"the key id {key_id!r} is too short; give at least {ID_LENGTH} digits"
            )
        found = [record for record in self.all() if record.digest.startswith(key_id.lower())]
        if not found:
            raise KeyChoiceError(f"no key has the id {key_id!r}")
        if len(found) > 1:
            raise KeyChoiceError(f"{len(found)} keys have the id {key_id!r}; give more digits")
        self._client.delete_item(
            TableName=self._table,
            Key={"pk": attribute(f"{KEY_ITEMS}{found[0].digest}"), "sk": attribute("META")},
        )
        return found[0]

    def team_of(self, token: str) -> str | None:
        """Return the id of the team that a token belongs to, or None for an unknown token."""
        item = self._client.get_item(TableName=self._table, Key=_key(token)).get("Item")
        return str(item["team_id"]["S"]) if item else None


def _key(token: str) -> dict[str, Any]:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return {"pk": attribute(f"{KEY_ITEMS}{digest}"), "sk": attribute("META")}
