"""Heartbeat: progress reports to the table, and detection of a lost attempt."""

from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Self

from intarsia.domain.states import Stage
from intarsia.storage.attempts import LostAttemptError

BEAT = 4.0
"""Default time between two progress reports, in seconds.

A cancelled job may continue to render, and to cost, for this long.
"""

Spans = Mapping[Stage, tuple[float, float]]
"""Progress at the start and at the end of each stage, in percent.

The first stage in the mapping is the one in which a heartbeat begins.
"""

SPANS: Spans = {
    Stage.DOWNLOAD: (0.0, 5.0),
    Stage.INJECT: (5.0, 8.0),
    Stage.RENDER: (8.0, 92.0),
    Stage.VERIFY: (92.0, 95.0),
    Stage.ENCODE: (95.0, 97.0),
    Stage.UPLOAD: (97.0, 100.0),
}


class Heartbeat:
    """Sender of progress reports in a background thread.

    A context manager that starts and ends the thread. A report that raises LostAttemptError marks
    the attempt as lost and ends the thread. Any other failed report is superseded by the next one.

    Args:
        report: sends a report of the stage and of the progress in percent.
        complain: called with a message about each failed report.
        beat: seconds between two reports while nothing changes; None: BEAT.
        pause: minimum number of seconds between two reports.
        spans: the progress at the start and the end of each stage.
    """

    def __init__(
        self,
        report: Callable[[Stage, float], None],
        complain: Callable[[str], None],
        *,
        beat: float | None = None,
        pause: float = 1.0,
        spans: Spans = SPANS,
    ) -> None:
        self._report = report
        self._complain = complain
        self._beat = BEAT if beat is None else beat
        self._pause = pause
        self._spans = spans
        self._stage, (self._percent, _) = next(iter(spans.items()))
        self._lost = Event()
        self._ended = Event()
        self._news = Event()
        self._reporting = Lock()
        self._thread = Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._news.set()
        self._thread.join(timeout=self._beat)

    @property
    def lost(self) -> bool:
        """Return whether a report has shown that the attempt is lost. Its work must then stop."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise LostAttemptError if the attempt is known to be lost."""
        if self.lost:
            raise LostAttemptError

    def enter(self, stage: Stage) -> None:
        """Set the current stage and its initial progress.

        Raises LostAttemptError if the attempt is known to be lost.
        """
        self.check()
        self._stage, self._percent = stage, self._spans[stage][0]
        self._news.set()

    def progress(self, share: float) -> None:
        """Set the share of the current stage that is done, 0 to 1. Progress never decreases."""
        start, end = self._spans[self._stage]
        self._percent = max(self._percent, start + (end - start) * min(1.0, share))
        self._news.set()

    def confirm(self) -> None:
        """Report the progress immediately and wait for the response.

        Raises LostAttemptError if the attempt is lost. Raises any other error of the report, too.
        """
        self._tell()
        self.check()

    def _run(self) -> None:
        while not self._ended.is_set() and not self.lost:
            self._news.wait(timeout=self._beat)
            self._news.clear()
            if self._ended.is_set():
                return
            try:
                self._tell()
            except Exception as error:  # noqa: BLE001 - a network error must not end the render
                self._complain(f"Progress could not be reported: {error}")
            self._ended.wait(timeout=self._pause)

    def _tell(self) -> None:
        with self._reporting:
            try:
                self._report(self._stage, self._percent)
            except LostAttemptError:
                self._lost.set()
