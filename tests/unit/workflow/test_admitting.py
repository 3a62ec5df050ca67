from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from intarsia.domain.admission import Waiting
from intarsia.domain.jobs import Failure
from intarsia.storage.admission import HEADS, MOST_AT_ONCE
from intarsia.workflow.admitting import admit, release

CANCELLED = Failure(kind="cancelled", reason="x")


def started(admission):
    return [job_id for job_id, _ in admission.executions.started]


def test_what_fits_is_started_and_the_rest_waits_in_its_order(admission, submit, lines):
    ids = submit(5)
    two = admission(2)

    assert admit(two, "linux", seconds=5) == ids[:2]
    assert sorted(started(two)) == ids[:2]
    assert [tree.root_id for tree in lines.waiting("linux", "team")] == ids[2:]
    assert lines.read("linux").under_way == {"team": 2}


def test_the_end_of_a_tree_lets_the_next_one_in(admission, submit, jobs, finish):
    first, second, third = submit(3)
    one = admission(1)
    admit(one, "linux", seconds=5)
    assert admit(one, "linux", seconds=5) == []

    finish(first)
    assert release(one, [jobs.get(first)]) == {"linux"}

    assert admit(one, "linux", seconds=5) == [second]
    assert started(one) == [first, second], f"{third} waits"


def test_what_waited_is_traced_to_its_own_request(admission, submit):
    submit(trace="Root=1-5759e988-bd862e3fe1be46a994272793")
    one = admission()
    admit(one, "linux", seconds=5)
    assert one.executions.traces == ["Root=1-5759e988-bd862e3fe1be46a994272793"]


def test_more_than_a_transaction_and_a_page_hold_are_started_in_one_go(admission, submit):
    ids = submit(max(MOST_AT_ONCE, HEADS) + 11)

    assert admit(admission(), "linux", seconds=30) == ids


def test_priority_goes_before_age_and_teams_share(admission, submit):
    crowd = submit(4, team_id="crowd")
    late = submit(2, team_id="late")
    urgent = submit(1, team_id="crowd", priority=7)

    assert admit(admission(4), "linux", seconds=5) == [*urgent, late[0], crowd[0], late[1]]


def test_a_cancelled_tree_is_neither_started_nor_counted(admission, submit, jobs, lines):
    gone, wanted = submit(2)
    jobs.cancel(gone, CANCELLED)

    assert admit(admission(1), "linux", seconds=5) == [wanted]
    assert set(lines.read("linux").admitted) == {wanted}


def test_cancelling_what_waits_takes_it_out_of_the_line(admission, submit, jobs, lines):
    first, second = submit(2)
    jobs.cancel(second, CANCELLED)

    release(admission(), [jobs.get(second)])

    assert [tree.root_id for tree in lines.waiting("linux", "team")] == [first]


def test_what_stands_in_line_a_second_time_is_not_started_again(admission, submit, lines):
    (job_id,) = submit(1)
    both = admission()
    admit(both, "linux", seconds=5)
    lines.enqueue("linux", [Waiting(job_id, "team", 1)])

    assert admit(both, "linux", seconds=5) == []
    assert started(both) == [job_id]
    assert list(lines.waiting("linux", "team")) == []


def test_who_comes_second_reads_the_line_again(admission, submit, lines, monkeypatch):
    """Two see the same free place: one tree is admitted, not two."""
    ids = submit(2)
    outdated = lines.read("linux")
    assert admit(admission(1), "linux", seconds=5) == ids[:1]
    fresh, read = [outdated], lines.read
    monkeypatch.setattr(lines, "read", lambda fleet: fresh.pop() if fresh else read(fleet))

    assert admit(admission(1), "linux", seconds=5) == []
    assert set(read("linux").admitted) == set(ids[:1])


def test_a_start_that_is_refused_leaves_the_tree_admitted(admission, submit, lines):
    (job_id,) = submit(1)
    refused = admission()
    error = ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
    refused.executions.start = Mock(side_effect=error)

    admit(refused, "linux", seconds=5)

    assert set(lines.read("linux").admitted) == {job_id}, "the janitor starts it"


def test_an_empty_line_is_forgotten(admission, submit, lines):
    submit(1)
    admit(admission(), "linux", seconds=5)
    admit(admission(), "linux", seconds=5)

    assert lines.read("linux").teams == {}


def test_a_line_is_not_forgotten_when_something_arrived_since_it_was_read(submit, lines):
    submit(1)
    seen = lines.read("linux")
    submit(1)

    lines.forget(seen, "team")

    assert set(lines.read("linux").teams) == {"team"}


def test_a_line_holds_up_only_its_own_fleet(admission, submit, jobs, lines, make_job):
    submit(3)
    gpu = make_job(fleet="gpu", line="gpu")
    jobs.create([gpu])
    lines.enqueue("gpu", [Waiting(gpu.id, "team", 1)])
    admit(admission(1), "linux", seconds=5)

    assert admit(admission(1), "gpu", seconds=5) == [gpu.id]


@pytest.mark.parametrize("depth", [1, 3])
def test_a_failure_that_is_not_about_the_line_is_told(admission, submit, lines, depth, monkeypatch):
    submit(1)
    refuse = Mock(
        side_effect=ClientError({"Error": {"Code": "AccessDenied"}}, "TransactWriteItems")
    )
    monkeypatch.setattr(lines._client, "transact_write_items", refuse)
    with pytest.raises(ClientError, match="AccessDenied"):
        admit(admission(depth), "linux", seconds=5)
