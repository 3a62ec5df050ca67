"""What can go wrong between a client and the API. No message holds the key."""

from dataclasses import dataclass
from typing import Any

import httpx

from intarsia.domain.errors import IntarsiaError

BODY_SHOWN = 500  # characters of an answer that is no JSON


@dataclass(frozen=True)
class Detail:
    """One thing wrong with a request, as the server names it."""

    field: str
    """Path of the field as it was sent, such as `assets[0].layerName`; empty: the whole body."""
    message: str


class ClientError(IntarsiaError):
    """Base of everything this package raises."""


class ApiError(ClientError):
    """The API refused a request: its own message, and every field that it named."""

    def __init__(self, response: httpx.Response) -> None:
        """Read the error body `{"error", "details"?}`; any other body is shown as it is."""
        self.status = response.status_code
        self.body: dict[str, Any] = _body(response)
        self.message = _message(self.body) or response.reason_phrase
        self.details = _details(self.body)
        self.request_id = response.headers.get("X-Request-Id")
        # The message of a single detail usually is the message of the whole.
        named = [line for line in map(_line, self.details) if line not in self.message]
        super().__init__("\n  ".join([f"{self.message} ({self.status})", *named]))


class InvalidRequestError(ApiError):
    """The request cannot be right (400, 422); `details` name the fields."""


class AuthenticationError(ApiError):
    """The key is missing, unknown, or not allowed to do this (401, 403)."""


class NotFoundError(ApiError):
    """It does not exist for this team, or no longer (404, 410)."""


class ConflictError(ApiError):
    """Its present state does not allow this (409)."""


class TooLargeError(ApiError):
    """The body has too many bytes (413)."""


class ServerError(ApiError):
    """The server failed (5xx); for a GET, after several tries."""


class UnreachableError(ClientError):
    """No answer, and nothing was done: a connection that was never made, or a broken GET."""


class UncertainError(ClientError):
    """No answer to a request that may have been carried out; never sent again by itself."""


class UnexpectedAnswerError(ClientError):
    """An answer that the contract does not know: most often the URL is not that of the API."""


class StorageError(ClientError):
    """The store of files refused an upload or a download."""


class UnusableFileError(ClientError):
    """An uploaded template or font that the server could not read, with its reason."""


class WaitTimeoutError(ClientError, TimeoutError):
    """What was waited for did not happen in time; it goes on on the server."""


def api_error(response: httpx.Response) -> ApiError:
    """The error that stands for an answer which is no success."""
    classes: dict[int, type[ApiError]] = {
        400: InvalidRequestError,
        401: AuthenticationError,
        403: AuthenticationError,
        404: NotFoundError,
        409: ConflictError,
        410: NotFoundError,
        413: TooLargeError,
        422: InvalidRequestError,
    }
    known = classes.get(response.status_code)
    return (known or (ServerError if response.is_server_error else ApiError))(response)


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {"error": response.text[:BODY_SHOWN]}
    return body if isinstance(body, dict) else {"error": str(body)[:BODY_SHOWN]}


def _message(body: dict[str, Any]) -> str:
    # API Gateway's own refusals have "message".
    for name in ("error", "message"):
        if isinstance(body.get(name), str) and body[name]:
            return str(body[name])
    return ""


def _details(body: dict[str, Any]) -> tuple[Detail, ...]:
    given = body.get("details")
    if not isinstance(given, list):
        return ()
    return tuple(
        Detail(str(each.get("field", "")), str(each.get("message", "")))
        for each in given
        if isinstance(each, dict)
    )


def _line(detail: Detail) -> str:
    return f"{detail.field}: {detail.message}" if detail.field else detail.message
