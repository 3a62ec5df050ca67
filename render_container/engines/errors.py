"""What is said when an engine cannot be driven."""


class EngineError(Exception):
    """No engine can be started here; the message is one sentence for the operator."""
