"""A typed client of the HTTP API: Intarsia's, and what it shares with Nexrender Cloud's v2."""

from intarsia.client.backoff import Backoff
from intarsia.client.client import Client
from intarsia.client.errors import (
    ApiError,
    AuthenticationError,
    ClientError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    StorageError,
    TooLargeError,
    UncertainError,
    UnexpectedAnswerError,
    UnreachableError,
    UnusableFileError,
    WaitTimeoutError,
)
from intarsia.client.models import TERMINAL

__all__ = [
    "TERMINAL",
    "ApiError",
    "AuthenticationError",
    "Backoff",
    "Client",
    "ClientError",
    "ConflictError",
    "InvalidRequestError",
    "NotFoundError",
    "ServerError",
    "StorageError",
    "TooLargeError",
    "UncertainError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "UnusableFileError",
    "WaitTimeoutError",
]
