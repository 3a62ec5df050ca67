"""Exceptions raised by the client. No message contains the API key."""

from dataclasses import dataclass
from typing import Any

import httpx

from intarsia.domain.errors import IntarsiaError

BODY_SHOWN = 500  # characters of an error body that is not a JSON object


@dataclass(frozen=True)
class Detail:
    """A problem in a rejected request, as reported by the server."""

    field: str
    """Path of the field in the request, such as `assets[0].layerName`; empty for the whole body."""
    message: str


class ClientError(IntarsiaError):
    """Base class of the exceptions raised by this package."""


class ApiError(ClientError):
    """Error response from the API: its status, its message, and the fields that it reports."""

    def __init__(self, response: httpx.Response) -> None:
        """Parse the body `{"error", "details"?}` of an error response.

        A body that is not a JSON object becomes the message, cut to 500 characters.
        """
        self.status = response.status_code
        """HTTP status code."""
        self.body: dict[str, Any] = _body(response)
        self.message = _message(self.body) or response.reason_phrase
        self.details = _details(self.body)
        self.request_id = response.headers.get("X-Request-Id")
        """Id of the request in the server's log; None if the response has none."""
        # With a single detail, the server usually repeats its message as the overall message.
        named = [line for line in map(_line, self.details) if line not in self.message]
        super().__init__("\n  ".join([f"{self.message} ({self.status})", *named]))


class InvalidRequestError(ApiError):
    """Rejection of an invalid request (400, 422); `details` lists the invalid fields."""


class AuthenticationError(ApiError):
    """Rejection of an API key that is missing, unknown or not permitted to do this (401, 403)."""


class NotFoundError(ApiError):
    """Absence of the resource in this team (404), or of its content (410)."""


class ConflictError(ApiError):
    """Conflict of the request with the current state of the resource (409)."""


class TooLargeError(ApiError):
    """Rejection of a request whose body is too large (413)."""


class ServerError(ApiError):
    """Failure of the server (5xx), for GET requests after all retries."""


class UnreachableError(ClientError):
    """Lack of a response in spite of retries. Sending the request again is safe.

    Raised if no connection was made, or if a GET request or a file transfer broke off.
    """


class UncertainError(ClientError):
    """Lack of a response to a request that the server may have processed.

    Such a request is not retried automatically. Check the state on the server before you send it
    again.
    """


class UnexpectedAnswerError(ClientError):
    """Response outside the API's contract, most often because the URL is not that of an API."""


class StorageError(ClientError):
    """Failure of an upload to or a download from file storage."""


class UnusableFileError(ClientError):
    """Failure of the server to read an uploaded template or font; the message has the reason."""


class WaitTimeoutError(ClientError, TimeoutError):
    """Timeout before the awaited state was reached. The work continues on the server."""


def api_error(response: httpx.Response) -> ApiError:
    """Return the exception to raise for an unsuccessful response, by its status code."""
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
    # Errors that API Gateway itself generates have "message".
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
