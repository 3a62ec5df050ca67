"""What tasks cost."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.costs import fargate_cost, job_cost, machine_cost, transitions
from intarsia.domain.pieces import Piece
from intarsia.domain.prices import MACHINE_HOUR, TRANSITION
from stacks.instance_types import GPU_INSTANCE_TYPES

DEFINITION = Path(__file__).parents[3] / "stacks" / "render_job.asl.json"
SECONDS = st.floats(-100, 1e7)


def test_every_type_that_may_be_chosen_has_a_price():
    assert MACHINE_HOUR.keys() == GPU_INSTANCE_TYPES.keys()


def test_an_hour_costs_the_list_price():
    assert machine_cost(3600, "g5.2xlarge", spot=False) == pytest.approx(1.58)
    assert fargate_cost(3600, vcpus=1, gibibytes=4, spot=False) == pytest.approx(0.05826)


@given(SECONDS, SECONDS, st.sampled_from(sorted(MACHINE_HOUR)), st.booleans())
def test_cost_is_never_negative_and_grows_with_the_time(one, other, instance_type, spot):
    shorter, longer = sorted((one, other))
    for cost in (
        lambda seconds: machine_cost(seconds, instance_type, spot=spot),
        lambda seconds: fargate_cost(seconds, vcpus=2, gibibytes=8, spot=spot),
    ):
        assert 0 <= cost(shorter) <= cost(longer)


@given(st.floats(1, 1e7), st.sampled_from(sorted(MACHINE_HOUR)))
def test_spare_capacity_costs_less(seconds, instance_type):
    spot = machine_cost(seconds, instance_type, spot=True)
    assert spot < machine_cost(seconds, instance_type, spot=False)


def test_a_short_task_is_billed_for_a_minute():
    minute = fargate_cost(60, vcpus=1, gibibytes=4, spot=True)
    assert fargate_cost(5, vcpus=1, gibibytes=4, spot=True) == minute


class TestJobCost:
    def test_nothing_was_spent_before_a_task_has_reported(self, make_job):
        assert job_cost(make_job()) == 0

    def test_every_attempt_counts_and_the_workflow_too(self, make_job):
        job = make_job(attempt=2, spent={"a1_whole": 0.25, "a2_whole": 0.5})
        assert 0.75 + 15 * TRANSITION < job_cost(job) < 0.751

    @pytest.mark.parametrize(
        ("job", "more"),
        [
            ({"children": ["one", "two"]}, 3 + 2),
            ({"attempt": 3}, 2 * 6),
            ({"pieces": [Piece(), Piece(), Piece()]}, 2 * 2 + 5),
        ],
    )
    def test_more_states_are_passed_by_parents_pieces_and_attempts(self, make_job, job, more):
        assert transitions(make_job(**job)) == transitions(make_job()) + more

    def test_states_are_counted_as_the_state_machine_passes_them(self, make_job):
        """The way of a job without children that goes well, as the definition has it."""
        assert len(list(_passed(json.loads(DEFINITION.read_text())))) == transitions(make_job())


def _passed(machine):
    name = machine["StartAt"]
    while name is not None:
        state = machine["States"][name]
        yield name
        if state["Type"] == "Map":
            yield from _passed(state["ItemProcessor"])
        if name == "Outcome":
            name = state["Choices"][0]["Next"]
        else:
            name = state.get("Next", state.get("Default"))
