"""Errors that stop a render, with the exit codes that aerender uses for them."""


class CompositorError(Exception):
    """Failure of a render; base class of the compositor's errors."""

    exit_code = 9
    """Exit code of the process after this error."""
    prefix = "aerender ERROR"
    """Start of the error's log line; a colon and the error's text follow."""


class UsageError(CompositorError):
    """Rejection of a well-formed command line whose request is incomplete or impossible."""

    exit_code = 2


class ArgumentSyntaxError(CompositorError):
    """Failure to parse the command line."""

    exit_code = 3
    prefix = "aerender SYNTAX ERROR"


class FootageError(CompositorError):
    """Failure to find or decode a footage file. `After Effects error: ` precedes the message."""

    def __init__(self, message: str) -> None:
        super().__init__(f"After Effects error: {message}")


class Terminated(BaseException):
    """A stop of the process by a signal. The exit code is 128 + the signal's number.

    It derives from BaseException, so that handlers of `Exception` do not catch it.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number
