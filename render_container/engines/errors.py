"""Exceptions for an engine that cannot be started or ended."""

from typing import Literal


class EngineError(Exception):
    """Failure to start an engine on this machine. The message is one sentence for the operator."""

    kind: Literal["configuration", "transient"] = "configuration"
    """Value of `kind` in the `Failure` with which the job ends."""


class EngineBusyError(EngineError):
    """Failure because the user's After Effects renders for another run. A retry may succeed."""

    kind = "transient"


class EngineStuckError(EngineError):
    """Failure to end the engine's processes. A retry on another machine may succeed."""

    kind = "transient"
