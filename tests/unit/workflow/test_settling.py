import pytest

from intarsia.domain.jobs import MAX_ATTEMPTS, Failure
from intarsia.domain.states import Status
from intarsia.workflow.settling import settle

USER = Failure(kind="user", reason='layer "nmae" does not exist')
CRASH = Failure(kind="transient", reason="aerender crashed")


@pytest.fixture
def job(jobs, make_job):
    job = make_job()
    jobs.create([job])
    return job


def lose(jobs, job_id):
    attempt = jobs.get(job_id).attempt
    jobs.start(job_id, attempt)
    return settle(jobs, job_id, attempt, "exit code 137")


def test_a_lost_worker_is_followed_by_another_attempt(jobs, job):
    decision = lose(jobs, job.id)

    assert (decision.decision, decision.attempt, decision.status) == ("retry", 2, "queued")


def test_a_task_that_never_started_is_followed_by_another_attempt(jobs, job):
    assert settle(jobs, job.id, 1, "CannotPullContainer").decision == "retry"


def test_lost_attempts_end_the_job_with_their_cause(jobs, job):
    decisions = [lose(jobs, job.id).decision for _ in range(MAX_ATTEMPTS)]

    assert decisions == ["retry"] * (MAX_ATTEMPTS - 1) + ["done"]
    ended = jobs.get(job.id)
    assert ended.status is Status.ERROR
    assert "exit code 137" in ended.failure.reason


def test_a_users_mistake_is_not_tried_again(jobs, job):
    jobs.start(job.id, 1)
    jobs.record_verdict(job.id, 1, USER)

    assert settle(jobs, job.id, 1, None).decision == "done"
    assert jobs.get(job.id).failure == USER


def test_a_crash_that_was_seen_counts_as_a_lost_attempt(jobs, job):
    jobs.start(job.id, 1)
    jobs.record_verdict(job.id, 1, CRASH)

    assert settle(jobs, job.id, 1, None).decision == "retry"
    assert jobs.get(job.id).lost_attempts == 1


def test_settling_the_same_attempt_twice_spends_one(jobs, job):
    jobs.start(job.id, 1)
    first = settle(jobs, job.id, 1, None)

    assert settle(jobs, job.id, 1, None) == first
    assert jobs.get(job.id).lost_attempts == 1


def test_a_failing_grandchild_fails_every_ancestor_and_cancels_who_waits(jobs, tree):
    jobs.start(tree["leaf"], 1)
    jobs.record_verdict(tree["leaf"], 1, USER)

    settle(jobs, tree["leaf"], 1, None)

    status = {name: jobs.get(job_id).status for name, job_id in tree.items()}
    assert status == {
        "leaf": Status.ERROR,
        "left": Status.ERROR,
        "root": Status.ERROR,
        "right": Status.CANCELLED,
    }
    root = jobs.get(tree["root"]).failure
    assert root.child_id == tree["leaf"]
    assert tree["leaf"] in root.reason
    assert USER.reason in root.reason


def test_what_waits_below_a_sibling_is_cancelled_as_well(jobs, tree):
    jobs.start(tree["right"], 1)
    jobs.record_verdict(tree["right"], 1, USER)

    settle(jobs, tree["right"], 1, None)

    assert jobs.get(tree["left"]).status is Status.CANCELLED
    leaf = jobs.get(tree["leaf"])
    assert leaf.status is Status.CANCELLED
    assert tree["right"] in leaf.failure.reason


def test_a_sibling_that_renders_goes_on(jobs, tree):
    jobs.start(tree["right"], 1)
    jobs.start(tree["leaf"], 1)
    jobs.record_verdict(tree["leaf"], 1, USER)

    settle(jobs, tree["leaf"], 1, None)

    assert jobs.get(tree["right"]).status is Status.RENDERING


def test_a_tree_left_half_told_is_told_the_rest(jobs, tree):
    jobs.start(tree["leaf"], 1)
    jobs.fail(tree["leaf"], USER)  # and then the first settling died

    settle(jobs, tree["leaf"], 1, None)

    assert jobs.get(tree["root"]).status is Status.ERROR


def test_an_unknown_job_is_an_error(jobs):
    with pytest.raises(KeyError):
        settle(jobs, "nobody", 1, None)
