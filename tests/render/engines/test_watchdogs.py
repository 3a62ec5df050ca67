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


def test_a_slow_first_frame_earns_a_longer_wait_for_the_second() -> None:
    log, watch = EngineLog(10), Watch(BOUNDS, 0)
    log.read("PROGRESS:  4/30/2019 1:59:13 AM: Starting composition main.")
    watch.observe(log, 10)
    _frame(log, 1)
    watch.observe(log, 60)  # 50 s
    assert watch.alarm(60 + 499) is None
    assert watch.alarm(60 + 501) == "drew no frame for 500 seconds after 1 frames"


def test_what_opening_the_project_took_earns_no_frame_a_longer_wait() -> None:
    log, watch = EngineLog(10), Watch(BOUNDS, 0)
    log.read("aerender version 26.0x67")
    watch.observe(log, 1)
    _frame(log, 1)  # with everything before it in one piece of output
    watch.observe(log, 800)
    assert watch.alarm(800 + 61) is not None


def test_a_silent_launch_an_open_dialog_and_a_slow_script_are_told_apart() -> None:
    bounds = Watchdogs(launch=10, open=100)
    log, watch = EngineLog(10), Watch(bounds, 0)
    assert watch.alarm(9) is None
    assert watch.alarm(11) == "said nothing for 10 seconds after its launch"
    log.read("aerender version 26.0x67")
    log.read("PROGRESS: Launching After Effects...")
    watch.observe(log, 5)
    assert watch.alarm(104) is None
    assert watch.alarm(106) == "neither launched nor opened the project in 100 seconds"
    log.read("PROGRESS: Adding specified comp to Render Queue")
    watch.observe(log, 50)  # the same wait goes on
    assert watch.alarm(104) is None
    assert watch.alarm(106) == "did not begin to render within 100 seconds"


def test_assets_are_set_in_before_the_render_and_within_its_bound() -> None:
    """Our startup script works between the launch and the start; what it says resets nothing."""
    bounds = Watchdogs(open=100, first_frame=1000)
    log, watch = EngineLog(10), Watch(bounds, 0)
    for now in range(0, 100, 10):
        log.read(f"INFO: set {now}")
        watch.observe(log, now)
    assert watch.alarm(101) == "did not begin to render within 100 seconds"
    log.read("PROGRESS:  4/30/2019 1:59:13 AM: Starting composition main.")
    watch.observe(log, 99)
    assert watch.alarm(1000) is None


def test_more_frames_than_expected_go_on_being_progress() -> None:
    """A script may have made the composition longer."""
    log, watch = EngineLog(1), Watch(Watchdogs(finish=100), 0)
    for number in range(1, 40):
        _frame(log, number)
        watch.observe(log, number * 90)
        assert watch.alarm(number * 90 + 99) is None


def test_no_run_outlives_its_total_bound_however_busy() -> None:
    log, watch = EngineLog(None), Watch(Watchdogs(total=50), 0)
    for number in range(1, 50):
        _frame(log, number)
        watch.observe(log, number)
        assert watch.alarm(number) is None
    _frame(log, 51)
    watch.observe(log, 51)
    assert watch.alarm(51) == "took longer than 50 seconds"
