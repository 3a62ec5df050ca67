"""Patch of the emulator: its start fails if a file of its saved state cannot be read.

Unpatched, the emulator only logs such a file and starts the service empty, and the next save
overwrites the file with the empty state.
"""

import os
import sys
from pathlib import Path
from typing import Any

MESSAGE = (
    "{path} cannot be read: restore a copy of it, or move {files} away. The next start then "
    "deploys the stack again, {loss}"
)
STACK = "cloudformation"
"""Service whose file has the record of the stack. While it is there, the stack is not deployed
again, and what another service has lost stays missing."""


def insist_on_reading() -> None:
    """Patch MiniStack to exit with code 1 and a message if a saved state file cannot be read.

    The message on stderr names the file. Call this before `ministack.app` is imported.
    """
    from ministack.core import persistence

    load = persistence.load_state

    def load_or_end(service: str) -> Any:
        path = Path(persistence.STATE_DIR) / f"{service}.json"
        try:
            loaded = load(service)
        except (ValueError, AttributeError) as error:  # not UTF-8, or of another shape
            _end(path, error)
        if loaded is None and path.exists():
            _end(path, None)  # the emulator's log has the reason
        return loaded

    persistence.load_state = load_or_end


def _end(path: Path, error: Exception | None) -> None:
    sys.stderr.write(f"{_message(path)}{f' ({error})' if error else ''}\n")
    sys.stderr.flush()
    # Not an exception: the emulator would catch it and continue.
    os._exit(1)


def _message(path: Path) -> str:
    if path.stem == STACK:
        return MESSAGE.format(path=path, files="it", loss="with all data that still exists")
    loss = "without the data in this file"
    if path.stem == "dynamodb":
        loss += ": all templates, jobs and keys"
    return MESSAGE.format(path=path, files=f"it and {STACK}.json", loss=loss)
