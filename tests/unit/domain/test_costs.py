"""What tasks cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.costs import fargate_cost, machine_cost
from intarsia.domain.prices import MACHINE_HOUR
from stacks.instance_types import GPU_INSTANCE_TYPES

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
