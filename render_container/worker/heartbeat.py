"""Tells the table how far the attempt is, and learns from the answer whether it still counts."""

from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Self

from intarsia.domain.states import Stage
from intarsia.storage.attempts import LostAttemptError

BEAT = 4.0
"""Seconds. A job that was cancelled may go on rendering, and costing, for so long."""

Spans = Mapping[Stage, tuple[float, float]]
"""What each stage takes of the whole, in percent of the progress shown; the first begins."""

SPANS: Spans = {
    Stage.DOWNLOAD: (0.0, 5.0),
    Stage.INJECT: (5.0, 8.0),
    Stage.RENDER: (8.0, 92.0),
    Stage.VERIFY: (92.0, 95.0),
    Stage.ENCODE: (95.0, 97.0),
    Stage.UPLOAD: (97.0, 100.0),
}


class Heartbeat:
    """Reports in a thread of its own: news at most once in `pause` seconds, else every `beat`.

    A report that cannot be delivered is tried again with the next one; only the answer that the
    attempt is lost counts. As a context manager it starts and ends the thread.
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
        """Whether the attempt no longer counts: whatever runs for it must stop."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raises LostAttemptError if the attempt is known to be lost."""
        if self.lost:
            raise LostAttemptError

    def enter(self, stage: Stage) -> None:
        """A stage begins. Raises LostAttemptError."""
        self.check()
        self._stage, self._percent = stage, self._spans[stage][0]
        self._news.set()

    def progress(self, share: float) -> None:
        """How much of the stage is done, 0 to 1."""
        start, end = self._spans[self._stage]
        self._percent = max(self._percent, start + (end - start) * min(1.0, share))
        self._news.set()

    def confirm(self) -> None:
        """Report now and wait for the answer. Raises LostAttemptError."""
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
            except Exception as error:  # noqa: BLE001 - whatever the network is up to, go on
                self._complain(f"Progress could not be reported: {error}")
            self._ended.wait(timeout=self._pause)

    def _tell(self) -> None:
        with self._reporting:
            try:
                self._report(self._stage, self._percent)
            except LostAttemptError:
                self._lost.set()
