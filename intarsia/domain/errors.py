"""Errors that reach a client as an HTTP error body of the contract."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request: where it stands and what would be right."""

    field: str
    """Path of the field as the client wrote it, such as `assets[0].template.composition`."""
    message: str


class IntarsiaError(Exception):
    """Base of all errors that are the caller's to read."""


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
    """Something named in the path or body does not exist for this team (404)."""


class GoneError(IntarsiaError):
    """What was asked for is known, but there is nothing of it any more, or not yet (410)."""


class ConflictError(IntarsiaError):
    """What is asked for does not go with what there is (409)."""


class TooLargeError(IntarsiaError):
    """More bytes than the endpoint takes (413)."""


class UnauthorizedError(IntarsiaError):
    """No bearer token, or one that is not known (401)."""
