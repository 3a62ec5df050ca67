from datetime import timedelta

import pytest

from intarsia.domain.ids import now
from intarsia.domain.states import Status
from intarsia.storage.executions import execution_name
from intarsia.workflow.sweeping import sweep

LATER = timedelta(minutes=1)


class RecordedExecutions:
    """Executions that were started; those of `listed` run, and `unlisted` too, as one sees late."""

    def __init__(self, *, listed=(), unlisted=()):
        self.listed = set(listed)
        self.unlisted = set(unlisted)
        self.started = []
        self.looked_up = []

    def names_running(self):
        return self.listed

    def running(self, job_id, run):
        self.looked_up.append(job_id)
        return execution_name(job_id, run) in self.listed | self.unlisted

    def start(self, job_id, run=0):
        self.started.append((job_id, run))


@pytest.fixture
def lost():
    return RecordedExecutions()


def test_a_tree_without_an_execution_is_started_again(jobs, tree, lost):
    assert sweep(jobs, lost, now() + LATER) == [tree["root"]]
    assert lost.started == [(tree["root"], 1)]


def test_a_running_tree_is_left_alone(jobs, tree):
    running = RecordedExecutions(listed=[tree["root"]])

    assert sweep(jobs, running, now() + LATER) == []
    assert running.started == running.looked_up == []


def test_a_tree_whose_execution_is_too_young_for_the_list_is_left_alone(jobs, tree):
    running = RecordedExecutions(unlisted=[tree["root"]])

    assert sweep(jobs, running, now() + LATER) == []
    assert running.started == []


def test_a_tree_that_ran_before_is_known_by_the_name_of_its_last_run(jobs, tree):
    jobs.next_run(tree["root"], 0)
    running = RecordedExecutions(listed=[tree["root"]])

    assert sweep(jobs, running, now() + LATER) == [tree["root"]]
    assert running.started == [(tree["root"], 2)]


def test_a_tree_that_is_just_being_submitted_is_left_alone(jobs, tree, lost):
    assert sweep(jobs, lost, now()) == []


def test_a_render_under_way_gets_a_new_attempt_that_is_not_held_against_it(jobs, tree, lost):
    jobs.start(tree["leaf"], 1)

    sweep(jobs, lost, now() + LATER)

    leaf = jobs.get(tree["leaf"])
    assert (leaf.status, leaf.attempt, leaf.lost_attempts) == (Status.QUEUED, 2, 0)
