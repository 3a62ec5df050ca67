"""HTTP requests to the API: base URLs, authentication, retries and response parsing."""

from collections.abc import Mapping
from time import sleep
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from intarsia.certificates import trusted
from intarsia.client.backoff import Backoff
from intarsia.client.errors import (
    ClientError,
    UncertainError,
    UnexpectedAnswerError,
    UnreachableError,
    api_error,
)

ModelT = TypeVar("ModelT", bound=BaseModel)

NEVER_CARRIED_OUT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures that occur before any byte is sent, so that every method may be retried."""

# Requests to this machine must not go through a proxy that the environment configures.
NO_PROXY: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}


class Api:
    """Connections to the API of one server, over which JSON is sent and received, with retries.

    GET is retried after a 5xx response or a broken connection. Other methods have no idempotency
    key, so they are retried only if the server certainly did not process the request.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float,
        backoff: Backoff,
        transport: httpx.BaseTransport | None,
    ) -> None:
        """Set up the connections to the API at `url`, a base URL or an origin (see `api_root`).

        `key` is the API key. `timeout` limits each network operation, in seconds. `transport`
        replaces the network; None: the network is used. Raises ClientError if `url` or `key` is
        malformed.
        """
        self.v2 = api_root(url)
        # Other clients of the contract also derive the v3 URL from the configured v2 URL.
        self.v3 = self.v2.removesuffix("/v2") + "/v3"
        self._backoff = backoff
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {_checked_key(key)}", "Accept": "*/*"},
            timeout=timeout,
            verify=True if transport else trusted(),
            transport=transport,
            mounts=None if transport else NO_PROXY,
        )

    def close(self) -> None:
        """Close the connections to the API."""
        self._http.close()

    def get(self, path: str, **query: str | int | None) -> Any:
        """Send a GET request to a path below `/api/v2` and return the decoded JSON.

        `query` holds the query parameters; those that are None are left out. Raises ClientError if
        the request fails.
        """
        return decoded(self.request("GET", f"{self.v2}/{path}", params=_given(query)))

    def get_v3(self, path: str, **query: str | int | None) -> Any:
        """Send a GET request to a path below `/api/v3`; otherwise the same as `get`."""
        return decoded(self.request("GET", f"{self.v3}/{path}", params=_given(query)))

    def send(self, method: str, path: str, body: Any = None, **query: str | int | None) -> Any:
        """Send `body` as JSON to a path below `/api/v2` and return the response's decoded JSON.

        Returns None if the response has no body. A `body` of None is not sent, and `query` is as in
        `get`. Raises UncertainError if the connection broke after the request may have been
        processed, and another ClientError if the request failed.
        """
        response = self.request(method, f"{self.v2}/{path}", json=body, params=_given(query))
        return decoded(response) if response.content else None

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send a request, with retries where they are safe, and return the successful response.

        `options` are arguments of `httpx.Client.request`. Raises ClientError if there is no
        successful response.
        """
        for pause in self._backoff.pauses():
            try:
                response = self._http.request(method, url, **options)
            except httpx.RequestError as error:
                safe = method == "GET" or isinstance(error, NEVER_CARRIED_OUT)
                if not safe:
                    raise _uncertain(method, url, error) from None
                if pause is None:
                    raise UnreachableError(f"{url} cannot be reached: {_why(error)}") from None
            else:
                if response.is_success:
                    return response
                # 429: rejected before it was processed, so every method may be retried.
                again = response.status_code == 429 or (
                    method == "GET" and response.is_server_error
                )
                if not again or pause is None:
                    raise api_error(response)
            sleep(pause)
        raise AssertionError("the last pause is None")


def api_root(url: str) -> str:
    """Return the API's base URL, ending in `/api/v2` if `url` is an origin without a path.

    Any other path is kept. Raises ClientError if `url` is not an HTTP URL or has credentials.
    """
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise ClientError(f"the API's URL is invalid: {error}") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ClientError(
            "the API's URL must be an HTTP URL, such as https://renders.example.com/api/v2"
        )
    if parsed.userinfo:
        raise ClientError("the API's URL must not contain a user name or password")
    path = parsed.path.rstrip("/") or "/api/v2"
    return str(parsed.copy_with(path=path, query=None, fragment=None))


def segment(value: str) -> str:
    """Return `value` percent-encoded, as a single segment of a path."""
    return quote(value, safe="")


def decoded(response: httpx.Response) -> Any:
    """Return the decoded JSON of a response. Raises UnexpectedAnswerError if it is not JSON."""
    try:
        return response.json()
    except ValueError:
        kind = response.headers.get("Content-Type", "no content type")
        raise UnexpectedAnswerError(
            f"{response.url.copy_with(query=None)} returned {response.status_code} with {kind} "
            "instead of JSON; check that it is the URL of the API"
        ) from None


def parsed(model: type[ModelT], data: Any) -> ModelT:
    """Return decoded JSON as an instance of `model`.

    Raises UnexpectedAnswerError, which names the first invalid field, if `data` does not fit.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _misfit(model.__name__, error) from None


def parsed_list(model: type[ModelT], data: Any) -> list[ModelT]:
    """Return a decoded JSON array as a list of instances of `model`.

    Raises UnexpectedAnswerError, which names the first invalid field, if `data` does not fit.
    """
    try:
        return TypeAdapter(list[model]).validate_python(data)  # type: ignore[valid-type]
    except ValidationError as error:
        raise _misfit(f"list of {model.__name__}", error) from None


def _misfit(what: str, error: ValidationError) -> UnexpectedAnswerError:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "the whole body"
    return UnexpectedAnswerError(f"the response is not a valid {what}: {where}: {first['msg']}")


def _checked_key(key: str) -> str:
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        # The message must not show the key: it may be a real one with a typing error.
        raise ClientError(
            "the API key is empty, or contains spaces, control or non-ASCII characters"
        )
    return key


def _given(query: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in query.items() if value is not None}


def _why(error: httpx.RequestError) -> str:
    return str(error) or type(error).__name__


def _uncertain(method: str, url: str, error: httpx.RequestError) -> UncertainError:
    return UncertainError(
        f"no response to {method} {url} ({_why(error)}). The request may or may not have been "
        "processed; check before you send it again"
    )
