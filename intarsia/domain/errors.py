"""Errors that the API returns to a client, each with the contract's HTTP status and body."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One error in a request: the path of the invalid field, and a message for the client."""

    field: str
    """Path of the field in the client's spelling, such as `assets[0].template.composition`.

    Empty for the whole body.
    """
    message: str


class IntarsiaError(Exception):
    """Base of the errors whose message may be shown to an API client or a command-line user."""


@dataclass
class RequestError(IntarsiaError):
    """Rejection of an invalid request (HTTP 400; its `details` list the problems)."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            only = self.problems[0]
            return f"{only.field}: {only.message}" if only.field else only.message
        return f"{len(self.problems)} problems: " + "; ".join(
            f"{problem.field}: {problem.message}" for problem in self.problems
        )


class NotFoundError(IntarsiaError):
    """Request that names, in its path or body, a resource that the team does not have (404)."""


class GoneError(IntarsiaError):
    """Request for the file of a resource whose file is gone or has not arrived yet (410)."""


class ConflictError(IntarsiaError):
    """Request that conflicts with the current state of the resource (409)."""


class TooLargeError(IntarsiaError):
    """Request with a file of more bytes than the endpoint accepts (413)."""


class UnauthorizedError(IntarsiaError):
    """Request with a missing or unknown bearer token (401)."""
