"""Watchdogs know slow work from a hang."""

from render_container.engines.log import EngineLog
from render_container.engines.watchdogs import Watch, Watchdogs

BOUNDS = Watchdogs(frame=60, frame_factor=10, total=100_000)


def _frame(log: EngineLog, number: int) -> None:
    log.read(f"PROGRESS:  0:00:00:{number:02d} ({number}): 0 Seconds")


def test_slow_frames_earn_a_longer_wait() -> None:
    log, watch = EngineLog(10), Watch(BOUNDS, 0)
    for number, now in ((1, 5), (2, 45), (3, 50)):  # the second frame took 40 s
        _frame(log, number)
        watch.observe(log, now)
    assert watch.alarm(50 + 399) is None
    assert watch.alarm(50 + 401) == "drew no frame for 400 seconds after 3 frames"


def test_quick_frames_still_have_the_floor() -> None:
    log, watch = EngineLog(10), Watch(BOUNDS, 0)
    for number in (1, 2):
        _frame(log, number)
        watch.observe(log, number / 10)
    assert watch.alarm(59) is None
    assert watch.alarm(61) is not None


def test_chatter_without_a_new_frame_is_no_progress() -> None:
    log, watch = EngineLog(10), Watch(BOUNDS, 0)
    _frame(log, 1)
    watch.observe(log, 1)
    _frame(log, 1)
    log.read("LoadLibrary failed")
    watch.observe(log, 50)
    assert watch.alarm(62) is not None


def test_the_last_frame_begins_the_wait_for_the_file() -> None:
    log, watch = EngineLog(1), Watch(Watchdogs(frame=1, finish=500), 0)
    _frame(log, 1)
    watch.observe(log, 10)
    assert watch.alarm(500) is None
    assert watch.alarm(511) == "did not complete the file within 500 seconds"
