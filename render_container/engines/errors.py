"""Errors of an engine that cannot be started or ended."""

from typing import Literal


class EngineError(Exception):
    """No engine can be started here; the message is one sentence for the operator."""

    kind: Literal["configuration", "transient"] = "configuration"
    """Kind of the job's `Failure`."""


class EngineBusyError(EngineError):
    """This user's only After Effects renders for another run; a retry may succeed."""

    kind = "transient"


class EngineStuckError(EngineError):
    """The engine's processes could not be ended; a retry on another machine may succeed."""

    kind = "transient"
