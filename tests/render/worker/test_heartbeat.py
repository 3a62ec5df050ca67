"""The heartbeat goes on whatever the stages do, and hears when the attempt is lost."""

from threading import Event

import pytest

from intarsia.domain.states import Stage
from intarsia.storage.attempts import LostAttemptError
from render_container.worker.heartbeat import Heartbeat


class Table:
    """Takes reports; can be told to refuse them, and waits for a number of them."""

    def __init__(self) -> None:
        self.reports: list[tuple[Stage, float]] = []
        self.errors: list[Exception] = []
        self.complaints: list[str] = []
        self._enough = Event()
        self._wanted = 0

    def report(self, stage: Stage, percent: float) -> None:
        self.reports.append((stage, percent))
        if len(self.reports) >= self._wanted:
            self._enough.set()
        if self.errors:
            raise self.errors.pop(0)

    def wait_for(self, count: int) -> bool:
        self._wanted = count
        if len(self.reports) < count:
            self._enough.clear()
        return len(self.reports) >= count or self._enough.wait(60)

    def heartbeat(self, *, beat: float = 0.02, pause: float = 0.001) -> Heartbeat:
        return Heartbeat(self.report, self.complaints.append, beat=beat, pause=pause)


def test_a_silent_stage_is_still_reported_again_and_again() -> None:
    table = Table()
    with table.heartbeat():
        assert table.wait_for(5)


def test_nothing_is_reported_after_the_end() -> None:
    table = Table()
    with table.heartbeat():
        assert table.wait_for(1)
    count = len(table.reports)
    assert not Event().wait(0.1)
    assert len(table.reports) == count


def test_progress_of_the_whole_never_goes_back() -> None:
    table = Table()
    heartbeat = table.heartbeat()
    for stage in Stage:
        heartbeat.enter(stage)
        heartbeat.confirm()
        for share in (0.5, 0.2, 1.0, 7.0):
            heartbeat.progress(share)
            heartbeat.confirm()
    percents = [percent for _, percent in table.reports]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert [stage for stage, _ in table.reports[::5]] == list(Stage)


def test_a_lost_attempt_is_heard_in_the_background_and_told_by_every_check() -> None:
    table = Table()
    table.errors = [LostAttemptError()]
    with table.heartbeat() as heartbeat:
        assert table.wait_for(1)
        heartbeat._thread.join(60)
        assert heartbeat.lost
        with pytest.raises(LostAttemptError):
            heartbeat.check()
        with pytest.raises(LostAttemptError):
            heartbeat.enter(Stage.RENDER)
    assert len(table.reports) == 1


def test_a_report_that_does_not_get_through_is_no_loss() -> None:
    table = Table()
    table.errors = [ConnectionError("no network"), ConnectionError("no network")]
    with table.heartbeat() as heartbeat:
        assert table.wait_for(4)
        heartbeat.check()
    assert len(table.complaints) == 2
    assert "no network" in table.complaints[0]


def test_confirming_asks_at_once() -> None:
    table = Table()
    table.errors = [LostAttemptError()]
    with pytest.raises(LostAttemptError):
        table.heartbeat(beat=100).confirm()
