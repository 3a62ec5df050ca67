"""The `Client` class: access to one server with one API key."""

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
    """An HTTP client for one server and one team, usable as a context manager.

    Methods are grouped by resource, such as `client.jobs.submit(…)` and
    `client.templates.add(…)`. The client sends the API key to the API only, never to presigned
    URLs.
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
        """Create a client for the API at `url`: a base URL ending in `/api/v2`, or an origin.

        `timeout` limits each network operation, such as connecting or reading, in seconds; it does
        not limit a whole request. `backoff` is the retry policy, `Backoff()` by default.
        `transport` replaces the network, for example in tests. Raises ClientError if `url` or `key`
        is malformed.
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
        """Close the connections to the API and to file storage."""
        self._api.close()
        self._files.close()

    @property
    def url(self) -> str:
        """Base URL of the API; ends in `/api/v2`."""
        return self._api.v2

    def get(self, path: str, **query: str | int) -> Any:
        """Send a GET request to a path below `/api/v2` and return the decoded JSON.

        `path` is relative, such as `jobs`; `query` holds the query parameters. Raises ClientError
        if the request fails.
        """
        return self._api.get(path, **query)

    def text(self, path: str) -> str:
        """Send a GET request to a path below `/api/v2` and return the response's body as text.

        `path` is relative, such as `jobs`. Raises ClientError if the request fails.
        """
        return self._api.request("GET", f"{self.url}/{path}").text

    def post(self, path: str, body: Any) -> Any:
        """POST `body` as JSON to a path below `/api/v2` and return the response's decoded JSON.

        `path` is relative, such as `jobs`. Returns None if the response has no body. Raises
        ClientError if the request fails.
        """
        return self._api.send("POST", path, body)
