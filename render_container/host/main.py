"""The agent's command, for a console, a task at logon, or Linux."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from intarsia.names import ENV_SPOOL
from render_container.host.agent import Agent
from render_container.host.errors import AgentRunningError, EngineLeftError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the spool until SIGTERM, Ctrl-C or Ctrl-Break, and return the exit code.

    `arguments` are those of the command line; None stands for the process's own. The exit code is
    1 if the spool cannot be served, else 0.
    """
    parser = argparse.ArgumentParser(
        prog="intarsia-host-agent",
        description="Run After Effects for the workers in containers on this machine.",
    )
    parser.add_argument(
        "--spool",
        type=Path,
        default=os.environ.get(ENV_SPOOL) or None,
        help=f"folder that is shared with the workers (default: the value of {ENV_SPOOL})",
    )
    spool: Path | None = parser.parse_args(arguments).spool
    if spool is None or not spool.is_absolute():
        parser.error(f"--spool or {ENV_SPOOL} must be an absolute path")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    stop = Event()
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    try:
        Agent(spool, os.environ).serve(stop)
    except (AgentRunningError, EngineLeftError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
