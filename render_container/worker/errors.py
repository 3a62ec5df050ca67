"""What ends an attempt before its output is recorded."""

from typing import Literal

from intarsia.domain.jobs import Failure

Kind = Literal["user", "transient", "configuration", "child", "cancelled"]


class AttemptError(Exception):
    """The attempt cannot go on; carries the verdict to record.

    `kind` says whose matter it is: `user` (asset or template), `transient` (another try may do),
    `configuration` (the installation); the others are not a worker's to say. `reason` is one
    sentence for a person.
    """

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(kind=kind, reason=reason)


class MachineStoppedError(BaseException):
    """The machine was told to stop. Not an Exception: nothing on the way may take it for one."""
