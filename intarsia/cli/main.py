"""The entry point of `intarsia`. Imports little, so that Ctrl-C is quiet from the first moment."""

import signal
import sys


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # The imports take a second, and nothing has to be tidied up before a command begins.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from intarsia.cli.commands import app

    sys.exit(app())
