"""What stops a render, with the exit code that aerender gives for it."""


class CompositorError(Exception):
    """A render cannot go on; the text is shown after `aerender ERROR: `."""

    exit_code = 9
    prefix = "aerender ERROR"


class UsageError(CompositorError):
    """The command line is well formed but asks for something that cannot be done."""

    exit_code = 2


class ArgumentSyntaxError(CompositorError):
    """The command line itself is malformed."""

    exit_code = 3
    prefix = "aerender SYNTAX ERROR"


class FootageError(CompositorError):
    """Footage is missing or cannot be decoded."""

    def __init__(self, message: str) -> None:
        super().__init__(f"After Effects error: {message}")


class Terminated(BaseException):
    """The process was asked to stop; must not be caught by handlers of ordinary errors."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number
