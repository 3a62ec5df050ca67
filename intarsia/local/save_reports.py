"""Reports of the emulator's saves to the process that started it, through a pipe.

A pipe, because a file could not be written when it matters: while the disk is full.
"""

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

LONGEST_ERROR = 500
"""Characters of an error that are reported. JSON needs up to six bytes for each, and on Linux, a
write of at most 4096 bytes is atomic. A report that is cut off is ignored."""

END_LIMIT = 5.0  # seconds; the end of the process closes the pipe


@dataclass(frozen=True)
class SaveReport:
    """Result of one save of the emulator's state."""

    requests: int = 0
    """Number of requests for a checkpoint that the emulator had received when the save began."""
    error: str | None = None
    """Reason why the state was not saved, with the file; None if it was saved."""
    took: float = 0.0
    """Duration of the save in seconds."""


def sender(handle: int) -> Callable[[SaveReport], None]:
    """Return a function that writes a report to the pipe `handle`. It never blocks or fails."""
    os.set_inheritable(handle, False)
    # A parent that does not read must not stop the saves.
    os.set_blocking(handle, False)

    def send(report: SaveReport) -> None:
        line = json.dumps(asdict(report)) + "\n"
        with suppress(OSError):  # the parent has died, or does not read
            os.write(handle, line.encode())

    return send


class SaveReports:
    """Receiver of one emulator process's reports: a thread that reads from a pipe."""

    def __init__(self) -> None:
        self._end, self.handle = os.pipe()
        """`handle` is the end of the pipe for the emulator's process (`pass_fds`)."""
        self.last = SaveReport()
        """Last report; until the first one, no request and no error."""
        self.saved_at: datetime | None = None
        """Local time at which the last successful save began; None before the first."""
        self._thread = threading.Thread(target=self._read, name="save reports", daemon=True)

    def listen(self) -> None:
        """Start to read. Call it once the process has been started, or has failed to start."""
        os.close(self.handle)
        self._thread.start()

    def finish(self) -> None:
        """Wait until the last report of a process that has ended is read."""
        self._thread.join(END_LIMIT)

    def _read(self) -> None:
        with os.fdopen(self._end, "rb") as lines:
            for line in lines:
                with suppress(ValueError, TypeError):
                    report = SaveReport(**json.loads(line))
                    if report.error is None:
                        ended = datetime.now().astimezone()
                        self.saved_at = ended - timedelta(seconds=report.took)
                    self.last = report
