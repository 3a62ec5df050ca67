"""Entry point of `intarsia`. It imports little, so that Ctrl-C never prints a traceback."""

import signal
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # During the imports, which take a second, there is nothing to clean up.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from intarsia.cli.commands import app

    sys.exit(app())
