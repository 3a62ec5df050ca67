"""Typed client for Intarsia's HTTP API, and for the parts of it that Nexrender Cloud's v2 has.

Example:

    with Client("https://renders.example.com", key) as client:
        created = client.jobs.submit({"template": {"id": template_id, "composition": "main"}})
        job = client.jobs.wait(created.id)
        client.jobs.download(job, Path("main.mp4"))
"""

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
