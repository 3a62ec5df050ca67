"""The client itself: one server, one key."""

from typing import Any, Self

import httpx

from intarsia.client.backoff import Backoff
from intarsia.client.batches import Batches
from intarsia.client.files import Files
from intarsia.client.fonts import Fonts
from intarsia.client.http import Api
from intarsia.client.jobs import Jobs
from intarsia.client.secrets import Secrets
from intarsia.client.templates import Templates


class Client:
    """Speaks to one server as one team; a context manager.

    `client.jobs.submit(…)`, `client.templates.add(…)`: a group of methods for each kind of thing.
    The key goes to the API alone, never to the store of files.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 60.0,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`url` ends in `/api/v2`, or is an origin alone; `timeout` is seconds without a byte.

        `transport` replaces the network. Raises ClientError for a URL or key that cannot be one.
        """
        backoff = backoff or Backoff()
        self._api = Api(url, key, timeout=timeout, backoff=backoff, transport=transport)
        self._files = Files(timeout=timeout, backoff=backoff, transport=transport)
        self.jobs = Jobs(self._api, self._files)
        self.templates = Templates(self._api, self._files)
        self.fonts = Fonts(self._api, self._files)
        self.secrets = Secrets(self._api)
        self.batches = Batches(self._api)

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
        self._files.close()

    @property
    def url(self) -> str:
        """Base URL of the API; ends in `/api/v2`."""
        return self._api.v2

    def get(self, path: str, **query: str | int) -> Any:
        """GET a path below `/api/v2`: its JSON as it comes. Raises ClientError."""
        return self._api.get(path, **query)

    def text(self, path: str) -> str:
        """GET a path below `/api/v2` that answers in plain text. Raises ClientError."""
        return self._api.request("GET", f"{self.url}/{path}").text

    def post(self, path: str, body: Any) -> Any:
        """POST JSON to a path below `/api/v2`: the answer as it comes. Raises ClientError."""
        return self._api.send("POST", path, body)
