"""Exceptions raised by the client. No message contains the API key."""

from dataclasses import dataclass
from typing import Any

import httpx

from intarsia.domain.errors import IntarsiaError

BODY_SHOWN = 500  # characters of an error body that is not a JSON object


@dataclass(frozen=True)
class Detail:
    """One problem in a rejected request, as reported by the server."""

    field: str
    """Path of the field in the request, such as `assets[0].layerName`; empty for the whole body."""
    message: str


class ClientError(IntarsiaError):
    """Base class of the exceptions raised by this package."""


class ApiError(ClientError):
    """An error response from the API: its message, and the fields that it reports."""

    def __init__(self, response: httpx.Response) -> None:
        """Parse the error body `{"error", "details"?}`.

        A body that is not a JSON object becomes the message, cut to 500 characters.
        """
        self.status = response.status_code
        """HTTP status code."""
        self.body: dict[str, Any] = _body(response)
        self.message = _message(self.body) or response.reason_phrase
        self.details = _details(self.body)
        self.request_id = response.headers.get("X-Request-Id")
        """Id of the request in the server's log; None if the server sent none."""
        # With a single detail, the server usually repeats its message as the overall message.
        named = [line for line in map(_line, self.details) if line not in self.message]
        super().__init__("\n  ".join([f"{self.message} ({self.status})", *named]))


class InvalidRequestError(ApiError):
    """The request is invalid (400, 422); `details` lists the fields at fault."""


class AuthenticationError(ApiError):
    """The API key is missing, unknown, or not permitted to do this (401, 403)."""


class NotFoundError(ApiError):
    """The resource does not exist for this team (404), or has no content (410)."""


class ConflictError(ApiError):
    """The request conflicts with the current state of the resource (409)."""


class TooLargeError(ApiError):
    """The request body is too large (413)."""


class ServerError(ApiError):
    """The server failed (5xx); GET requests are retried before this is raised."""


class UnreachableError(ClientError):
    """No response in spite of retries; sending the request again is safe.

    Raised if no connection was made, or if a GET request or a file transfer broke off.
    """


class UncertainError(ClientError):
    """No response to a request that the server may have processed; not retried automatically.

    Check the state on the server before you send the request again.
    """


class UnexpectedAnswerError(ClientError):
    """A response outside the API's contract; most often the URL is not that of an API."""


class StorageError(ClientError):
    """An upload to, or a download from, file storage failed."""


class UnusableFileError(ClientError):
    """The server could not read an uploaded template or font; the message has its reason."""


class WaitTimeoutError(ClientError, TimeoutError):
    """The awaited state was not reached in time; the work continues on the server."""


def api_error(response: httpx.Response) -> ApiError:
    """Return the exception for an unsuccessful response."""
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
