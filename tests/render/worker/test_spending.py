"""What a task costs, from what its environment and its machine say."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from intarsia.domain.costs import fargate_cost, machine_cost
from intarsia.storage.attempts import Spending
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.spending import spending

ON_FARGATE = {
    "INTARSIA_TASK_VCPUS": "2",
    "INTARSIA_TASK_MEMORY": "8",
    "INTARSIA_CAPACITY": "FARGATE",
}
ON_A_MACHINE = {"INTARSIA_INSTANCE_TYPE": "g5.2xlarge"}


def spend(seconds: float, **variables: str) -> float:
    """US dollars of a task after so many seconds."""
    clock = iter([0.0, seconds])
    found = spending(environment(**variables), lambda: next(clock))
    assert found is not None
    return found.dollars()


def environment(**variables: str) -> WorkerEnvironment:
    return WorkerEnvironment.read(
        {
            "INTARSIA_JOB_ID": "J" * 26,
            "INTARSIA_ATTEMPT": "2",
            "INTARSIA_TABLE": "table",
            "INTARSIA_TEMPLATES_BUCKET": "templates",
            "INTARSIA_RENDERS_BUCKET": "renders",
        }
        | variables
    )


def test_a_task_on_fargate_costs_its_size() -> None:
    hour = fargate_cost(3600, vcpus=2, gibibytes=8, spot=False)
    assert spend(3600, **ON_FARGATE) == pytest.approx(hour)


def test_spare_capacity_is_cheaper_if_this_try_has_it() -> None:
    spare = ON_FARGATE | {"INTARSIA_CAPACITY": "FARGATE_SPOT"}
    assert spend(3600, **spare) < spend(3600, **ON_FARGATE) / 2


@pytest.mark.parametrize(("lifecycle", "spot"), [("on-demand", False), ("spot", True)])
def test_a_machine_says_itself_what_it_is(tmp_path: Path, lifecycle: str, spot: bool) -> None:
    told = {"instanceType": "g6e.4xlarge", "lifecycle": lifecycle}
    (tmp_path / "machine.json").write_text(json.dumps(told))
    found = spend(3600, **ON_A_MACHINE, INTARSIA_MACHINE=str(tmp_path))
    assert found == pytest.approx(machine_cost(3600, "g6e.4xlarge", spot=spot))


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"instanceType": "g5.2xlarge"}',
        '{"instanceType": 5, "lifecycle": 5}',
        '{"instanceType": "t3.nano", "lifecycle": "spot"}',
    ],
)
def test_a_machine_that_does_not_say_it_is_one_of_the_first_type(
    tmp_path: Path, told: str | None
) -> None:
    if told is not None:
        (tmp_path / "machine.json").write_text(told)
    found = spend(3600, **ON_A_MACHINE, INTARSIA_MACHINE=str(tmp_path))
    assert found == pytest.approx(machine_cost(3600, "g5.2xlarge", spot=False))


def test_the_operators_prices_are_a_multiple_of_the_list() -> None:
    found = spend(3600, **ON_A_MACHINE, INTARSIA_PRICE_FACTOR="1.1")
    assert found == pytest.approx(1.1 * machine_cost(3600, "g5.2xlarge", spot=False))


def test_a_task_is_paid_for_from_the_pull_of_its_image_on(site: Any) -> None:
    site.pages["/v4/task"] = b'{"PullStartedAt": "2020-10-08T20:47:16.053330955Z"}'
    found = spending(environment(**ON_A_MACHINE, ECS_CONTAINER_METADATA_URI_V4=f"{site.url}/v4"))
    assert found is not None
    began = 1602190036.053330
    since = machine_cost(time.time() - began, "g5.2xlarge", spot=False)
    assert found.dollars() == pytest.approx(since, abs=0.1)


@pytest.mark.parametrize("page", [b"", b"[]", b"{}", b'{"PullStartedAt": 5}'])
def test_what_ecs_does_not_say_counts_from_now_on(site: Any, page: bytes) -> None:
    site.pages["/v4/task"] = page
    found = spending(environment(**ON_A_MACHINE, ECS_CONTAINER_METADATA_URI_V4=f"{site.url}/v4"))
    assert found is not None
    assert found.dollars() < 0.1


def test_where_nothing_says_what_it_runs_on_nothing_is_said_of_costs() -> None:
    assert spending(environment()) is None


@pytest.mark.parametrize(
    ("part", "task"), [(None, "a2_whole"), ("3", "a2_3"), ("assemble", "a2_assemble")]
)
def test_each_task_of_a_job_has_a_name_of_its_own(part: str | None, task: str) -> None:
    piece = {"INTARSIA_PIECE": part} if part else {}
    found = spending(environment(**ON_FARGATE, **piece))
    assert isinstance(found, Spending)
    assert found.task == task
