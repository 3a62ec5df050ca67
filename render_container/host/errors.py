"""What goes wrong between a worker and the agent on its machine."""

from typing import Literal

from render_container.engines.errors import EngineError, EngineStuckError

Kind = Literal["configuration", "transient"]


class HostError(EngineError):
    """The agent did not render. One sentence for the operator."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class RequestError(Exception):
    """A request does not fit the schema or the files it names; says which field, and why."""


class AgentRunningError(Exception):
    """Another agent has the spool."""


class EngineLeftError(EngineStuckError):
    """A process of an earlier render cannot be ended, so none can be begun."""
