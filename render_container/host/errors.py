"""Exceptions of the host agent, and of its client in the worker."""

from typing import Literal

from render_container.engines.errors import EngineError, EngineStuckError

Kind = Literal["configuration", "transient"]


class HostError(EngineError):
    """Failure of a render by the host agent. The message is one sentence for the operator.

    `kind` is that of the job's failure: `transient` if another attempt may succeed, else
    `configuration`.
    """

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class RequestError(Exception):
    """Invalid request to the agent: it violates the schema, or a file is missing or forbidden.

    The message names the field and the reason.
    """


class AgentRunningError(Exception):
    """Failure to start an agent because another one holds the spool's lock."""


class EngineLeftError(EngineStuckError):
    """Failure to end a process of an earlier render. No render can begin while it runs."""
