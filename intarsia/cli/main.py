"""The entry point of `intarsia`. Imports little, so that Ctrl-C is quiet from the first moment."""

import signal
import sys


def main() -> None:
    """Run the command line."""
    interrupt = signal.getsignal(signal.SIGINT)
    if interrupt is signal.default_int_handler:
        # The imports take a second. Nothing has to be tidied up before they are done.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from intarsia.cli.commands import app
    from intarsia.cli.exits import Exit

    try:
        signal.signal(signal.SIGINT, interrupt)
        code = app()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    sys.exit(code)
