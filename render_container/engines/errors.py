"""What is said when an engine cannot be driven."""

from typing import Literal


class EngineError(Exception):
    """No engine can be started here; the message is one sentence for the operator."""

    kind: Literal["configuration", "transient"] = "configuration"
    """Whose matter it is, as a verdict names it."""


class EngineBusyError(EngineError):
    """This user's one After Effects renders for somebody else; another try may do."""

    kind = "transient"


class EngineStuckError(EngineError):
    """The engine's processes could not be ended; another machine may do."""

    kind = "transient"
