"""Work beyond the depth waits in its order, and all of it ends."""

import time
from itertools import pairwise

import pytest

from intarsia import names

WAIT = 300  # seconds; a bound on hanging, not on speed
POLL = 0.15  # seconds
ADMITTING = ("Api", "Admit", "Janitor")


@pytest.fixture
def one_at_a_time(stack):
    """The depth of the Linux fleet is 1."""
    client = stack.client("lambda")
    functions = [stack.deployment.outputs[f"{name}FunctionName"] for name in ADMITTING]
    before = {}
    for function in functions:
        found = client.get_function_configuration(FunctionName=function)["Environment"]
        before[function] = found["Variables"]
        narrow = {**found["Variables"], names.ENV_LINUX_DEPTH: "1"}
        client.update_function_configuration(
            FunctionName=function, Environment={"Variables": narrow}
        )
    yield
    for function, variables in before.items():
        client.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )


def rows(stack, pk):
    answer = stack.client("dynamodb").query(
        TableName=stack.table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )
    return [item["sk"]["S"] for item in answer["Items"]]


def test_one_at_a_time_by_priority_and_then_by_age(stack, client, job, one_at_a_time):
    asked = [job(), job(), job() | {"priority": 5}]
    created = client.post("batches", {"jobs": asked})
    ids = [each["id"] for each in created["jobs"]]
    deadline = time.monotonic() + WAIT
    while client.get(f"batches/{created['batchId']}")["stats"]["pending"]:
        assert time.monotonic() < deadline
        time.sleep(POLL)

    stats = {each: client.job(each)["stats"] for each in ids}
    order = sorted(ids, key=lambda each: stats[each]["startedAt"])
    assert order == [ids[2], *ids[:2]]
    for earlier, later in pairwise(order):
        assert stats[earlier]["finishedAt"] <= stats[later]["startedAt"], "never two at once"
    while any(row.startswith("ADMITTED") for row in rows(stack, "ADMISSION#linux")):
        assert time.monotonic() < deadline, "what has ended stays in line"
        time.sleep(POLL)


def test_what_waits_can_be_cancelled(stack, client, job, one_at_a_time):
    holding = client.submit(job("hold"))["id"]
    waiting = client.submit(job())["id"]
    (row,) = rows(stack, "WAITING#linux#workflow")
    assert row.endswith(waiting)
    assert [client.job(each)["inLine"] for each in (holding, waiting)] == [False, True]

    for job_id in (waiting, holding):
        client.jobs.cancel(job_id, force=True)

    deadline = time.monotonic() + WAIT
    while rows(stack, "WAITING#linux#workflow"):
        assert time.monotonic() < deadline
        time.sleep(POLL)
    assert client.job(waiting)["stats"]["startedAt"] is None


def test_a_tree_stands_in_line_as_a_whole_and_says_so(stack, client, job, one_at_a_time):
    def in_line():
        return {each["id"] for each in client.get("jobs", limit=1000) if each["inLine"]}

    deadline = time.monotonic() + WAIT
    holding = client.submit(job("hold"))["id"]
    while in_line():  # behind what another test has cancelled
        assert time.monotonic() < deadline
        time.sleep(POLL)
    created = client.submit(job("finish", job()))
    assert in_line() == {created["id"], created["children"][0]["id"]}

    client.jobs.cancel(holding, force=True)
    while in_line():
        assert time.monotonic() < deadline
        time.sleep(POLL)
    while (found := client.job(created["id"]))["status"] != "finished":
        assert time.monotonic() < deadline, found
        time.sleep(POLL)
