"""The emulator's saved state is read or the start fails; it was silently replaced.

A file that could not be read was logged, the service began empty, and the next checkpoint put
the empty state in the file's place.
"""

import os
import sys
from pathlib import Path
from typing import Any

MESSAGE = (
    "{path} cannot be read: put a copy of it back, or move it away to begin without what it holds"
)


def insist_on_reading() -> None:
    """Have the emulator end with a message that names the file; before its app is imported."""
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
    sys.stderr.write(f"{MESSAGE.format(path=path)}{f' ({error})' if error else ''}\n")
    sys.stderr.flush()
    # Not an exception: the emulator would catch it, and go on.
    os._exit(1)
