"""API keys: bearer tokens of a team, of which only a hash is kept."""

import hashlib
import secrets
from typing import Any

from intarsia.domain.ids import now, timestamp
from intarsia.storage.items import attribute


def new_token() -> str:
    """A fresh bearer token: `itk_` and 256 random bits."""
    return "itk_" + secrets.token_urlsafe(32)


class KeyRepository:
    """Keys in the table, under the SHA-256 of the token.

    A plain hash is enough: the token is 256 random bits, so there is nothing to guess.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, token: str, team_id: str, name: str) -> None:
        """Let `token` act for a team."""
        self._client.put_item(
            TableName=self._table,
            Item=_key(token)
            | {
                "team_id": attribute(team_id),
                "name": attribute(name),
                "created_at": attribute(timestamp(now())),
            },
        )

    def team_of(self, token: str) -> str | None:
        """The team that a token acts for, or None for an unknown one."""
        item = self._client.get_item(TableName=self._table, Key=_key(token)).get("Item")
        return str(item["team_id"]["S"]) if item else None


def _key(token: str) -> dict[str, Any]:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return {"pk": attribute(f"KEY#{digest}"), "sk": attribute("META")}
