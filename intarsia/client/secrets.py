"""Client of the `/secrets` endpoints."""

from intarsia.client.http import Api, parsed, parsed_list, segment
from intarsia.client.models import Secret


class Secrets:
    """Secrets of the API key's team; the API never returns their values.

    Every method raises `intarsia.client.ClientError` if its request fails.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def set(self, name: str, value: str) -> Secret | None:
        """Create a secret. Raises ConflictError if the team already has a secret with this name.

        Returns the secret without its value, or None if the server's response has no body.
        """
        answer = self._api.send("PUT", "secrets", {"name": name, "value": value})
        return parsed(Secret, answer) if answer else None

    def list(self) -> list[Secret]:
        """Return all secrets of the team, without their values."""
        return parsed_list(Secret, self._api.get("secrets"))

    def delete(self, secret_id: str) -> None:
        """Delete a secret."""
        self._api.send("DELETE", f"secrets/{segment(secret_id)}")
