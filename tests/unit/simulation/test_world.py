"""The simulated installation: small loads, whose outcome is known."""

from dataclasses import replace
from random import Random

import pytest

from bench.simulation.bucket import Bucket
from bench.simulation.retries import read_policy
from bench.simulation.scenario import Scenario
from bench.simulation.world import World, simulate

SMALL = Scenario("small", jobs=40, hours=1, machines=3)


def test_every_job_of_a_small_load_finishes_and_is_paid_for():
    result = simulate(SMALL)
    assert (result.finished, result.failed, result.attempts_lost) == (40, 0, 0)
    assert min(result.costs["machines"], result.costs["Fargate"], result.costs["transitions"]) > 0
    assert 0 < result.waste < 1


def test_the_same_seed_gives_the_same_result_and_another_one_does_not():
    assert simulate(SMALL) == simulate(SMALL)
    assert simulate(SMALL) != simulate(replace(SMALL, seed=2))


def test_a_cold_fleet_keeps_the_first_tree_waiting_for_a_boot_and_a_warm_one_does_not():
    cold = replace(SMALL, jobs=1, hours=0, gpu_share=1)
    warm = simulate(replace(cold, warm=1))
    assert 480 <= min(simulate(cold).waits) <= 780
    assert 60 <= min(warm.waits) <= 180
    assert warm.costs["warm disks"] > 0


def test_no_more_machines_and_renders_are_under_way_than_allowed():
    world = World(replace(SMALL, jobs=100, hours=0, gpu_depth=10, linux_depth=10))
    result = world.run()
    assert result.finished == 100
    assert world.on_demand.most == 3
    assert world.most_under_way["gpu"] == 10


def test_what_is_lost_with_spare_capacity_is_drawn_again_on_demand():
    lossy = replace(SMALL, jobs=60, spot=True, hazard=3.0, machines=20)
    result = simulate(lossy)
    # Only first attempts take spare capacity, so that nothing is lost three times.
    assert result.failed == 0
    assert 0 < result.attempts_lost <= 60
    assert result.lost > 0
    assert result.transitions > simulate(replace(lossy, hazard=1e-9)).transitions


def test_beyond_what_may_wait_for_capacity_calls_are_refused_and_jobs_fail():
    flood = replace(
        SMALL, jobs=150, hours=0, machines=1, gpu_share=1, provisioning=5, gpu_median=900
    )
    assert simulate(flood).failed > 0
    below = simulate(replace(flood, gpu_depth=4))
    assert (below.failed, below.refused) == (0, 0)


def test_retries_and_pauses_are_those_of_the_state_machine():
    policy = read_policy()
    assert (policy.short_pause, policy.long_pause, policy.children_at_once) == (5, 30, 40)
    assert (policy.gpu.most, policy.linux.most) == (6, 6)
    random = Random(1)
    assert all(policy.gpu.delay(5, random) <= policy.gpu.longest == 300 for _ in range(100))


@pytest.mark.parametrize(("after", "granted"), [(0.0, False), (0.5, True)])
def test_a_bucket_that_is_empty_refuses_until_tokens_are_back(after, granted):
    bucket = Bucket(3, 2)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(after) is granted
