"""The state machine of a job: its statuses and the legal transitions between them."""

from enum import StrEnum


class Status(StrEnum):
    """A job's status, in the spelling of the HTTP contract."""

    PENDING = "pending"
    """Status of a parent until all of its children have finished."""
    QUEUED = "queued"
    RENDERING = "render:dorender"
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "manually_cancelled"

    @property
    def terminal(self) -> bool:
        """Whether the status is final, so that no other status can follow it."""
        return not TRANSITIONS[self]


class Stage(StrEnum):
    """The stages of a job whose status is `render:dorender`, in order."""

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
    """Return the statuses from which a job may change to `target`.

    Every write of a status is conditional on one of them being stored.
    """
    return frozenset(status for status, following in TRANSITIONS.items() if target in following)
