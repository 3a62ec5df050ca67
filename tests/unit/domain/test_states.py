from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.states import TRANSITIONS, Status, sources

WAYS = [
    ["queued", "render:dorender", "finished"],
    ["queued", "render:dorender", "queued", "render:dorender", "error"],
    ["pending", "queued", "render:dorender", "finished"],
    ["pending", "error"],
    ["pending", "manually_cancelled"],
    ["queued", "manually_cancelled"],
]


@pytest.mark.parametrize("way", WAYS)
def test_the_contracts_ways_are_legal(way):
    for before, after in pairwise(way):
        assert Status(after) in TRANSITIONS[Status(before)]


@pytest.mark.parametrize("status", [Status.FINISHED, Status.ERROR, Status.CANCELLED])
def test_nothing_follows_a_terminal_status(status):
    assert status.terminal
    assert not TRANSITIONS[status]


def test_whatever_has_not_ended_can_be_cancelled_and_a_pending_job_cannot_render():
    assert sources(Status.CANCELLED) == {Status.PENDING, Status.QUEUED, Status.RENDERING}
    assert Status.PENDING not in sources(Status.RENDERING)


@given(st.lists(st.sampled_from(Status), max_size=30), st.sampled_from([*Status]))
def test_any_stream_of_attempted_writes_ends_at_most_once(attempted, start):
    status, endings = start, 0
    for wanted in attempted:
        if status in sources(wanted):
            status = wanted
            endings += wanted.terminal
    assert endings <= 1
    assert endings == 0 or status.terminal
