"""What tasks have cost stands in the job, whatever becomes of them."""

import boto3
import pytest

from intarsia.domain.jobs import Failure
from intarsia.domain.pieces import Piece
from intarsia.domain.states import Stage
from intarsia.storage.attempts import AttemptRepository, LostAttemptError, Spending


@pytest.fixture
def task(jobs):
    """`task(name, *dollars)`: the jobs as a worker sees them whose reports cost so much."""

    def make(name, *dollars):
        meter = iter(dollars)
        return AttemptRepository(boto3.client("dynamodb"), "table", Spending(name, meter.__next__))

    return make


def test_each_report_says_what_its_task_has_cost(jobs, make_job, task):
    job = make_job()
    jobs.create([job])
    worker = task("a1_whole", 0.1, 0.25)
    worker.start(job.id, 1)
    assert jobs.get(job.id).spent == {}
    for dollars in (0.1, 0.25):
        worker.report(job.id, 1, stage=Stage.RENDER, progress=50)
        assert jobs.get(job.id).spent == {"a1_whole": dollars}


def test_an_attempt_that_was_lost_is_paid_for_up_to_its_last_report(jobs, make_job, task):
    job = make_job()
    jobs.create([job])
    first, second = task("a1_whole", 0.1, 0.2), task("a2_whole", 0.05)
    first.start(job.id, 1)
    first.report(job.id, 1, stage=Stage.RENDER, progress=50)
    jobs.requeue(job.id, 1, lost=True)
    second.start(job.id, 2)
    with pytest.raises(LostAttemptError):
        first.report(job.id, 1, stage=Stage.RENDER, progress=60)
    second.record_verdict(job.id, 2, Failure(kind="user", reason="wrong"))
    assert jobs.get(job.id).spent == {"a1_whole": 0.1, "a2_whole": 0.05}


def test_pieces_that_are_drawn_at_once_do_not_write_over_each_other(jobs, make_job, task):
    job = make_job(pieces=[Piece(), Piece()])
    jobs.create([job])
    workers = [task(f"a1_{number}", 0.1, 0.2) for number in range(2)]
    for number, worker in enumerate(workers):
        worker.start_piece(job.id, 1, number)
    for number, worker in enumerate(workers):
        worker.report_piece(job.id, 1, number, progress=50)
    assert jobs.get(job.id).spent == {"a1_0": 0.1, "a1_1": 0.1}


class TestJobsFromBeforeCostsWereCounted:
    @pytest.fixture
    def job(self, jobs, make_job):
        job = make_job(pieces=[Piece(), Piece()])
        jobs.create([job])
        key = {"pk": {"S": f"JOB#{job.id}"}, "sk": {"S": "META"}}
        boto3.client("dynamodb").update_item(
            TableName="table", Key=key, UpdateExpression="REMOVE spent"
        )
        return job

    def test_they_are_rendered_too(self, jobs, job, task):
        worker = task("a1_whole", 0.1)
        worker.start(job.id, 1)
        worker.report(job.id, 1, stage=Stage.RENDER, progress=50)
        assert jobs.get(job.id).spent == {"a1_whole": 0.1}

    @pytest.mark.parametrize("part", [0, "whole"])
    def test_they_are_refused_before_they_are_begun(self, jobs, job, task, part):
        wrong = Failure(kind="user", reason="x")
        worker = task(f"a1_{part}", 0.1)
        if part == "whole":
            worker.record_verdict(job.id, 1, wrong)
        else:
            worker.refuse_piece(job.id, 1, part, wrong, warnings=[])
        after = jobs.get(job.id)
        assert (after.verdict, after.spent) == (wrong, {f"a1_{part}": 0.1})
