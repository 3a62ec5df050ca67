"""Errors that reach a client as an HTTP error body of the contract."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One error in a request: the field, and a message with what would be valid."""

    field: str
    """Path of the field as the client wrote it, such as `assets[0].template.composition`."""
    message: str


class IntarsiaError(Exception):
    """Base of all errors whose message is meant for the caller."""


@dataclass
class RequestError(IntarsiaError):
    """A request that cannot be accepted (400 with details)."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            only = self.problems[0]
            return f"{only.field}: {only.message}" if only.field else only.message
        return f"{len(self.problems)} problems: " + "; ".join(
            f"{problem.field}: {problem.message}" for problem in self.problems
        )


class NotFoundError(IntarsiaError):
    """A resource in the path or body that does not exist for this team (404)."""


class GoneError(IntarsiaError):
    """A known resource whose content is gone, or has not arrived yet (410)."""


class ConflictError(IntarsiaError):
    """A request that conflicts with the resource's current state (409)."""


class TooLargeError(IntarsiaError):
    """A body with more bytes than the endpoint accepts (413)."""


class UnauthorizedError(IntarsiaError):
    """A missing or unknown bearer token (401)."""
