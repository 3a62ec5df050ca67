from datetime import timedelta

import pytest

from intarsia.domain.admission import Waiting
from intarsia.domain.ids import now
from intarsia.domain.jobs import Failure
from intarsia.domain.states import Status
from intarsia.workflow.admitting import admit
from intarsia.workflow.sweeping import sweep

LATER = timedelta(minutes=1)


@pytest.fixture
def admitted(tree, lines):
    """A tree that may render; returns its ids."""
    lines.record("linux", [Waiting(tree["root"], "team", 4)])
    return tree


def test_an_admitted_tree_without_an_execution_is_started_again(admitted, admission):
    lost = admission()
    assert sweep(lost, now() + LATER) == [admitted["root"]]
    assert lost.executions.started == [(admitted["root"], 1)]


def test_a_tree_that_is_started_again_stays_in_its_requests_trace(admission, submit, jobs):
    submit(trace="Root=1-5759e988-bd862e3fe1be46a994272793")
    before = admission()
    admit(before, "linux", seconds=5)
    lost = admission()
    sweep(lost, now() + LATER)
    assert lost.executions.traces == before.executions.traces != [None]


def test_a_running_tree_is_left_alone(admitted, admission):
    running = admission(listed=[admitted["root"]])

    assert sweep(running, now() + LATER) == []
    assert running.executions.started == running.executions.looked_up == []


def test_a_tree_whose_execution_is_too_young_for_the_list_is_left_alone(admitted, admission):
    running = admission(unlisted=[admitted["root"]])

    assert sweep(running, now() + LATER) == []
    assert running.executions.started == []


def test_a_tree_that_ran_before_is_known_by_the_name_of_its_last_run(admitted, admission, jobs):
    jobs.next_run(admitted["root"], 0)
    running = admission(listed=[admitted["root"]])

    assert sweep(running, now() + LATER) == [admitted["root"]]
    assert running.executions.started == [(admitted["root"], 2)]


def test_a_tree_that_is_just_being_submitted_is_left_alone(tree, admission, lines):
    fresh = admission()
    assert sweep(fresh, now()) == []
    assert fresh.executions.started == []
    assert lines.read("linux").teams == {}


def test_a_tree_that_has_just_been_admitted_is_left_to_who_admitted_it(
    jobs, lines, make_job, admission
):
    old = make_job(line="linux", created_at=now() - timedelta(hours=1))
    jobs.create([old])
    lines.record("linux", [Waiting(old.id, "team", 1)])

    assert sweep(admission(), now()) == []


def test_a_render_under_way_gets_a_new_attempt_that_is_not_held_against_it(
    admitted, admission, jobs
):
    jobs.start(admitted["leaf"], 1)

    sweep(admission(), now() + LATER)

    leaf = jobs.get(admitted["leaf"])
    assert (leaf.status, leaf.attempt, leaf.lost_attempts) == (Status.QUEUED, 2, 0)


def test_a_tree_that_was_stored_but_not_put_in_line_is_put_there_and_admitted(
    tree, admission, lines
):
    found = admission()
    assert sweep(found, now() + LATER) == []
    assert found.executions.started == [(tree["root"], 0)]
    assert lines.read("linux").under_way == {"team": 4}, "as many renders as it has jobs"


def test_what_waits_is_not_started_beyond_the_depth(submit, admission, lines):
    ids = submit(3)
    narrow = admission(1)
    admit(narrow, "linux", seconds=5)
    narrow.executions.listed = {ids[0]}

    assert sweep(narrow, now() + LATER) == []
    assert narrow.executions.started == [(ids[0], 0)]
    assert [tree.root_id for tree in lines.waiting("linux", "team")] == ids[1:]


def test_what_waits_without_a_mark_of_its_team_is_found(submit, admission, lines):
    """As when its client's request died between the rows and the mark."""
    (job_id,) = submit(1)
    lines.forget(lines.read("linux"), "team")
    found = admission()
    admit(found, "linux", seconds=5)
    assert found.executions.started == []

    sweep(found, now() + LATER)
    assert found.executions.started == [(job_id, 0)]


def test_what_runs_since_before_there_were_lines_is_counted(tree, admission, lines):
    old = admission(listed=[tree["root"]])
    assert sweep(old, now() + LATER) == []
    assert old.executions.started == []
    assert lines.read("linux").under_way == {"team": 4}


def test_rows_of_what_has_ended_or_never_was_are_removed(submit, admission, lines, finish, jobs):
    first, second, third = submit(3)
    admit(admission(2), "linux", seconds=5)
    finish(first)
    jobs.cancel(third, Failure(kind="cancelled", reason="x"))
    lines.record("linux", [Waiting("0" * 26, "team", 1)])

    sweep(admission(2, listed=[second]), now() + LATER)

    assert set(lines.read("linux").admitted) == {second}
    assert list(lines.waiting("linux", "team")) == []
