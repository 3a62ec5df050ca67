from contextlib import suppress

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intarsia.domain.jobs import Failure, Output
from intarsia.domain.states import TRANSITIONS, Stage, Status
from intarsia.names import INDEX_ACTIVE
from intarsia.storage.attempts import AttemptRepository, LostAttemptError
from tests.support import campaign

OUTPUT = Output(key="k", bytes=9, frames=50, width=16, height=16, fps=23.976, duration=2.085)
FAILURE = Failure(kind="user", reason="the font is gone")


def finish(jobs, job_id, attempt=1):
    jobs.finish(
        job_id,
        attempt,
        output=OUTPUT,
        render_seconds=1.2345,
        rendered_by="test",
        missing_fonts=["Lato-Bold"],
        warnings=["w"],
    )


def test_a_job_comes_back_as_it_was_stored(jobs, make_job):
    job = make_job(children=["a"], warnings=["ü\u2028"], failure=FAILURE, status=Status.ERROR)

    jobs.create([job])

    assert jobs.get(job.id) == job
    assert jobs.get("nobody") is None


def test_a_render_is_recorded_from_start_to_finish(jobs, make_job):
    job = make_job()
    jobs.create([job])

    jobs.start(job.id, 1, rendered_by="test")
    jobs.report(job.id, 1, stage=Stage.RENDER, progress=41.26)
    halfway = jobs.get(job.id)
    finish(jobs, job.id)
    done = jobs.get(job.id)

    assert (halfway.status, halfway.stage, halfway.progress) == (Status.RENDERING, "render", 41.3)
    assert (done.status, done.stage, done.progress) == (Status.FINISHED, None, 100)
    assert done.output == OUTPUT
    assert done.render_seconds == 1.234
    assert done.missing_fonts == ["Lato-Bold"]
    assert done.started_at
    assert done.finished_at


def test_only_one_of_two_workers_gets_the_attempt(jobs, make_job):
    job = make_job()
    jobs.create([job])
    jobs.start(job.id, 1)

    with pytest.raises(LostAttemptError):
        jobs.start(job.id, 1)


@pytest.mark.parametrize("next_one_renders", [False, True])
def test_a_worker_of_an_older_attempt_changes_nothing(jobs, make_job, next_one_renders):
    job = make_job()
    jobs.create([job])
    jobs.start(job.id, 1)
    assert jobs.requeue(job.id, 1, lost=True)
    if next_one_renders:
        jobs.start(job.id, 2)
    before = jobs.get(job.id)

    for write in (
        lambda: jobs.start(job.id, 1),
        lambda: jobs.report(job.id, 1, stage=Stage.RENDER, progress=99),
        lambda: finish(jobs, job.id, 1),
        lambda: jobs.record_verdict(job.id, 1, FAILURE),
    ):
        with pytest.raises(LostAttemptError):
            write()

    assert jobs.get(job.id) == before
    assert (before.attempt, before.lost_attempts) == (2, 1)


def test_a_new_attempt_forgets_the_old_ones_verdict(jobs, make_job):
    job = make_job()
    jobs.create([job])
    jobs.start(job.id, 1)
    jobs.record_verdict(job.id, 1, FAILURE)
    assert jobs.get(job.id).verdict == FAILURE

    jobs.requeue(job.id, 1, lost=False)

    again = jobs.get(job.id)
    assert (again.verdict, again.stage, again.progress) == (None, None, 0)
    assert (again.attempt, again.lost_attempts) == (2, 0)


def test_a_verdict_is_replaced_by_a_graver_one_only(jobs, make_job):
    job = make_job()
    jobs.create([job])
    jobs.start(job.id, 1)
    stopped = Failure(kind="transient", reason="The machine was stopped.")
    wrong = Failure(kind="user", reason="no such layer")
    jobs.record_verdict(job.id, 1, stopped)
    jobs.record_verdict(job.id, 1, wrong)

    with pytest.raises(LostAttemptError):
        jobs.record_verdict(job.id, 1, stopped)

    assert jobs.get(job.id).verdict == wrong


def test_an_attempt_is_lost_once_however_often_it_is_given_up(jobs, make_job):
    job = make_job()
    jobs.create([job])

    assert jobs.requeue(job.id, 1, lost=True)
    assert not jobs.requeue(job.id, 1, lost=True)

    again = jobs.get(job.id)
    assert (again.attempt, again.lost_attempts) == (2, 1)


ACTIONS = {
    "start": lambda jobs, job: jobs.start(job.id, job.attempt),
    "finish": lambda jobs, job: finish(jobs, job.id, job.attempt),
    "requeue": lambda jobs, job: jobs.requeue(job.id, job.attempt, lost=False),
    "promote": lambda jobs, job: jobs.promote(job.id),
    "fail": lambda jobs, job: jobs.fail(job.id, FAILURE),
    "cancel": lambda jobs, job: jobs.cancel(job.id, FAILURE),
}


@settings(
    max_examples=campaign.size(10, 25), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["pending", "queued"]), st.lists(st.sampled_from([*ACTIONS]), max_size=8))
def test_no_sequence_of_writes_leaves_the_state_machine(jobs, make_job, start, actions):
    job = make_job(status=start)
    jobs.create([job])
    for action in actions:
        before = jobs.get(job.id)
        with suppress(LostAttemptError):
            ACTIONS[action](jobs, before)
        after = jobs.get(job.id)
        if after.status is not before.status:
            assert after.status in TRANSITIONS[before.status]
        elif before.status.terminal:
            assert after == before


def test_a_tree_of_more_than_one_transaction_is_whole_or_absent(jobs, make_job):
    root = make_job()
    children = [make_job(parent_id=root.id, root_id=root.id) for _ in range(120)]
    jobs.create([*children, root])
    assert len(jobs.get_many([child.id for child in children])) == 120

    again = [make_job() for _ in range(120)]
    with pytest.raises(Exception, match="ConditionalCheckFailed"):
        jobs.create([*again, root])

    assert jobs.get_many([job.id for job in again]) == []
    assert jobs.get(root.id) is not None


class PowerCutError(BaseException):
    """Nothing is tidied up after it."""


def test_of_a_large_tree_whose_writing_breaks_off_nothing_can_be_found(jobs, make_job):
    root = make_job()
    children = [make_job(parent_id=root.id, root_id=root.id) for _ in range(120)]
    calls = []

    def cut(params, **_):
        calls.append(len(params["TransactItems"]))
        if len(calls) == 2:
            raise PowerCutError

    client = boto3.session.Session().client("dynamodb")
    client.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", cut)
    with pytest.raises(PowerCutError):
        AttemptRepository(client, "table").create([*children, root])

    assert calls == [100, 21]
    assert jobs.get(root.id) is None
    assert jobs.active_roots() == []


def test_a_teams_list_is_its_own_and_in_order(jobs, make_job):
    mine = [make_job() for _ in range(3)]
    jobs.create([*mine, make_job(team_id="other")])

    assert [job.id for job in jobs.list_by_team("team")] == sorted(job.id for job in mine)
    newest = jobs.list_by_team("team", newest_first=True)
    assert next(newest).id == max(job.id for job in mine)


def test_the_janitors_list_has_roots_that_have_not_ended(jobs, tree, make_job):
    finished = make_job()
    jobs.create([finished])
    jobs.start(finished.id, 1)
    finish(jobs, finished.id)

    assert [job.id for job in jobs.active_roots()] == [tree["root"]]


@pytest.mark.parametrize("end", ["finish", "fail", "cancel"])
def test_what_has_ended_leaves_the_index_of_what_is_active(jobs, make_job, end):
    job = make_job()
    jobs.create([job])
    if end == "finish":
        jobs.start(job.id, 1)

    ACTIONS[end](jobs, job)

    found = jobs._client.scan(TableName="table", IndexName=INDEX_ACTIVE)
    assert found["Items"] == []


def test_a_run_is_claimed_once(jobs, make_job):
    job = make_job()
    jobs.create([job])

    assert jobs.next_run(job.id, 0)
    assert not jobs.next_run(job.id, 0)
    assert jobs.get(job.id).run == 1
