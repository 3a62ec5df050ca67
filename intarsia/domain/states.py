"""The state machine of a job: its statuses and the transitions that are legal."""

from enum import StrEnum


class Status(StrEnum):
    """A job's status, as the HTTP contract spells it."""

    PENDING = "pending"
    """A parent whose children have not all finished."""
    QUEUED = "queued"
    RENDERING = "render:dorender"
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "manually_cancelled"

    @property
    def terminal(self) -> bool:
        """Return whether no other status can follow."""
        return not TRANSITIONS[self]


class Stage(StrEnum):
    """The stages of a worker while its job is `render:dorender`, in order."""

    DOWNLOAD = "download"
    INJECT = "inject"
    RENDER = "render"
    VERIFY = "verify"
    ENCODE = "encode"
    UPLOAD = "upload"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.QUEUED, Status.ERROR, Status.CANCELLED}),
    Status.QUEUED: frozenset({Status.RENDERING, Status.ERROR, Status.CANCELLED}),
    # Back to queued: the attempt was lost and the next one waits for a machine.
    Status.RENDERING: frozenset({Status.QUEUED, Status.FINISHED, Status.ERROR, Status.CANCELLED}),
    Status.FINISHED: frozenset(),
    Status.ERROR: frozenset(),
    Status.CANCELLED: frozenset(),
}


def sources(target: Status) -> frozenset[Status]:
    """Return the statuses that may precede `target`, the condition of every status write."""
    return frozenset(status for status, following in TRANSITIONS.items() if target in following)
