"""Errors that stop a render, each with the exit code that aerender uses for it."""


class CompositorError(Exception):
    """An error that ends a render; its text is logged after `aerender ERROR: `."""

    exit_code = 9
    prefix = "aerender ERROR"


class UsageError(CompositorError):
    """A well-formed command line that asks for something impossible."""

    exit_code = 2


class ArgumentSyntaxError(CompositorError):
    """A malformed command line; its text is logged after `aerender SYNTAX ERROR: `."""

    exit_code = 3
    prefix = "aerender SYNTAX ERROR"


class FootageError(CompositorError):
    """Footage that is missing or cannot be decoded."""

    def __init__(self, message: str) -> None:
        super().__init__(f"After Effects error: {message}")


class Terminated(BaseException):
    """A stop request by signal; handlers of ordinary errors (`Exception`) do not catch it."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number
