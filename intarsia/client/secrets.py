"""`/secrets`."""

from intarsia.client.http import Api, parsed, parsed_list, segment
from intarsia.client.models import Secret


class Secrets:
    """Secrets of the key's team: names come back, values never do. Raises ClientError."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def set(self, name: str, value: str) -> Secret | None:
        """Keep a secret; ConflictError if there is one of that name.

        None when the server says nothing but that it is done.
        """
        answer = self._api.send("PUT", "secrets", {"name": name, "value": value})
        return parsed(Secret, answer) if answer else None

    def list(self) -> list[Secret]:
        """The names of all secrets."""
        return parsed_list(Secret, self._api.get("secrets"))

    def delete(self, secret_id: str) -> None:
        """Forget a secret."""
        self._api.send("DELETE", f"secrets/{segment(secret_id)}")
