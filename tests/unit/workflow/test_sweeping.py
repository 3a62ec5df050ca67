from datetime import timedelta

import pytest

from intarsia.domain.ids import now
from intarsia.domain.states import Status
from intarsia.workflow.sweeping import sweep

LATER = timedelta(minutes=1)


class RecordedExecutions:
    """Executions that were started, of which none or all run."""

    def __init__(self, *, all_run: bool):
        self.all_run = all_run
        self.started = []

    def running(self, job_id, run):
        return self.all_run

    def start(self, job_id, run=0):
        self.started.append((job_id, run))


@pytest.fixture
def lost():
    return RecordedExecutions(all_run=False)


def test_a_tree_without_an_execution_is_started_again(jobs, tree, lost):
    assert sweep(jobs, lost, now() + LATER) == [tree["root"]]
    assert lost.started == [(tree["root"], 1)]


def test_a_running_tree_is_left_alone(jobs, tree):
    running = RecordedExecutions(all_run=True)

    assert sweep(jobs, running, now() + LATER) == []
    assert running.started == []


def test_a_tree_that_is_just_being_submitted_is_left_alone(jobs, tree, lost):
    assert sweep(jobs, lost, now()) == []


def test_a_render_under_way_gets_a_new_attempt_that_is_not_held_against_it(jobs, tree, lost):
    jobs.start(tree["leaf"], 1)

    sweep(jobs, lost, now() + LATER)

    leaf = jobs.get(tree["leaf"])
    assert (leaf.status, leaf.attempt, leaf.lost_attempts) == (Status.QUEUED, 2, 0)
