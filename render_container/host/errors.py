"""Errors between a worker and the agent on its machine."""

from typing import Literal

from render_container.engines.errors import EngineError, EngineStuckError

Kind = Literal["configuration", "transient"]


class HostError(EngineError):
    """The agent did not render; the message is one sentence for the operator."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class RequestError(Exception):
    """A request does not fit the schema or its files; the message names the field and reason."""


class AgentRunningError(Exception):
    """Another agent holds the spool's lock."""


class EngineLeftError(EngineStuckError):
    """A process of an earlier render cannot be ended, so no render can begin."""
