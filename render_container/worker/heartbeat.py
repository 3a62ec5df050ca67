"""Heartbeat: progress reports to the table, and detection of a lost attempt."""

from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Self

from intarsia.domain.states import Stage
from intarsia.storage.attempts import LostAttemptError

BEAT = 4.0
"""Seconds between reports. A cancelled job may continue to render, and to cost, for this long."""

Spans = Mapping[Stage, tuple[float, float]]
"""Start and end of each stage in the job's progress, in percent. The first stage is the initial
one."""

SPANS: Spans = {
    Stage.DOWNLOAD: (0.0, 5.0),
    Stage.INJECT: (5.0, 8.0),
    Stage.RENDER: (8.0, 92.0),
    Stage.VERIFY: (92.0, 95.0),
    Stage.ENCODE: (95.0, 97.0),
    Stage.UPLOAD: (97.0, 100.0),
}


class Heartbeat:
    """Progress reports from a background thread. A context manager that starts and ends it.

    Reports changes at most once per `pause` seconds, and otherwise every `beat` seconds. A failed
    report is logged and superseded by the next one. A report that raises LostAttemptError marks
    the attempt as lost and ends the thread.
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
        """Return whether the attempt is lost: all work for it must then stop."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise LostAttemptError if the attempt is known to be lost."""
        if self.lost:
            raise LostAttemptError

    def enter(self, stage: Stage) -> None:
        """Set the current stage, at its initial progress. Raises LostAttemptError."""
        self.check()
        self._stage, self._percent = stage, self._spans[stage][0]
        self._news.set()

    def progress(self, share: float) -> None:
        """Set the share of the current stage that is done, 0 to 1. Progress never decreases."""
        start, end = self._spans[self._stage]
        self._percent = max(self._percent, start + (end - start) * min(1.0, share))
        self._news.set()

    def confirm(self) -> None:
        """Report now and wait for the response. Raises LostAttemptError or the report's error."""
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
