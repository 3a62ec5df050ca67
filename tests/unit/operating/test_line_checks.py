"""The lines as the doctor sees them."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from ulid import ULID

from intarsia.domain.admission import Waiting
from intarsia.names import ENV_GPU_DEPTH, ENV_LINUX_DEPTH
from intarsia.operating.line_checks import lines
from intarsia.storage.admission import AdmissionRepository

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FUNCTION = ("AWS::Lambda::Function", "AdmissionAdmit", "studio-admit")


@pytest.fixture
def repository(aws):
    return AdmissionRepository(boto3.client("dynamodb"), "table")


@pytest.fixture
def look(repository, stack_of):
    """What is said of a fleet's line, and what to do about it."""

    def say(fleet):
        variables = {ENV_GPU_DEPTH: "5", ENV_LINUX_DEPTH: "200"}
        configuration = {"Environment": {"Variables": variables}}
        stack = stack_of([FUNCTION], **{"lambda": [("get_function_configuration", configuration)]})
        others, stack.outputs["TableName"] = stack.clients, "table"
        stack.clients = lambda name: (
            boto3.client("dynamodb") if name == "dynamodb" else others(name)
        )
        found = {each.what: each for each in lines(stack)}[f"admission queue: {fleet}"]
        return found.said, found.advice

    return say


def tree(since, team="team", units=1):
    return Waiting(str(ULID.from_datetime(NOW - since)), team, units)


def test_an_empty_line(look):
    assert look("linux") == ("waiting trees: 0; admitted renders: 0 of 200", "")


def test_who_waits_since_when_and_how_full_the_fleet_is(look, repository):
    first, second, third = (
        tree(timedelta(minutes=minutes), team, units)
        for minutes, team, units in ((40, "a", 4), (30, "b", 2), (20, "a", 1))
    )
    repository.enqueue("gpu", [first, second, third])
    repository.admit(repository.read("gpu"), [first])
    assert look("gpu") == (
        "waiting trees: 2; admitted renders: 4 of 5; oldest tree: 2026-11-24 11:30 UTC", ""
    )  # fmt: skip
    assert look("linux")[0].startswith("waiting trees: 0;")


def test_a_long_wait_wants_more_machines(look, repository):
    ahead, behind = tree(timedelta(hours=3)), tree(timedelta(hours=2))
    repository.enqueue("gpu", [ahead, behind])
    repository.admit(repository.read("gpu"), [ahead])
    assert "gpuDepth" in look("gpu")[1]


@pytest.mark.parametrize(("minutes", "stuck"), [(10, False), (20, True)])
def test_a_line_before_an_idle_fleet_is_stuck_after_some_minutes(look, repository, minutes, stuck):
    repository.enqueue("gpu", [tree(timedelta(minutes=minutes))])
    said, advice = look("gpu")
    assert said.startswith("waiting trees: 1; admitted renders: 0 of 5")
    assert ("nothing is admitted" in advice) is stuck
