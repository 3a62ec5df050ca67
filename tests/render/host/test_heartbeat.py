"""Hearts are felt on the reader's own clock."""

import pytest

from render_container.host.heartbeat import Beating, Heart, Pulse


@pytest.fixture
def heart(tmp_path):
    heart = Heart(tmp_path / "beat")
    heart.start()
    return heart


@pytest.fixture
def pulse(tmp_path):
    return Pulse(tmp_path / "beat", bound=10)


def test_a_heart_that_beats_is_alive_however_late_its_reader_looks(heart, pulse):
    for now in range(0, 100, 2):
        heart.beat()
        pulse.look(now)
        assert pulse.seen == (now > 0)
        assert not pulse.stale


def test_a_file_that_does_not_change_is_a_dead_mans(heart, pulse):
    for now in range(10):
        pulse.look(now)
        assert not pulse.stale
    pulse.look(10)
    assert pulse.stale
    assert not pulse.seen
    heart.beat()
    pulse.look(11)
    assert pulse.seen
    assert not pulse.stale


def test_no_file_at_all_is_no_sign_of_life(pulse):
    for now in range(11):
        pulse.look(now)
    assert pulse.stale


def test_a_reader_that_was_held_up_has_not_seen_silence(heart, pulse):
    pulse.look(0)
    pulse.look(1000)
    assert not pulse.stale


def test_a_heart_begun_anew_differs_from_the_one_before(tmp_path, heart, pulse):
    pulse.look(0)
    Heart(tmp_path / "beat").start()
    pulse.look(1)
    assert pulse.seen


def test_a_beat_does_not_create_what_was_removed(tmp_path, heart):
    (tmp_path / "beat").unlink()
    with pytest.raises(FileNotFoundError):
        heart.beat()
    assert not (tmp_path / "beat").exists()


def test_beating_goes_on_by_itself_until_its_file_is_gone(tmp_path, wait_for):
    path = tmp_path / "beat"
    with Beating(path, 0.001) as beating:
        first = path.read_bytes()
        wait_for(lambda: path.read_bytes() not in {first, b""})
        path.unlink()
        wait_for(lambda: not beating._thread.is_alive())
    assert not path.exists()
