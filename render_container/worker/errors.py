"""Exceptions that end an attempt before its output is recorded."""

from typing import Literal

from intarsia.domain.jobs import Failure

Kind = Literal["user", "transient", "configuration", "child", "cancelled"]


class AttemptError(Exception):
    """Failure of an attempt, with the `Failure` to record as its result.

    `kind` attributes the failure: `user` (the client's request, assets or template), `transient` (a
    retry may succeed) or `configuration` (the installation). Stages do not raise the other kinds.
    `reason` is one sentence for the job's owner.
    """

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(kind=kind, reason=reason)


class MachineStoppedError(BaseException):
    """Stop of the machine, announced by SIGTERM.

    A BaseException, so that `except Exception` does not catch it.
    """
