"""Cancelling through the deployed state machine: nothing of a cancelled tree goes on."""

import time

import pytest

from intarsia.client import ApiError, ConflictError

WAIT = 300  # seconds; a bound on hanging
TEN_SECONDS = 10  # what the contract with our users says


@pytest.fixture
def wait_for(client):
    """Wait until a job has a status."""

    def wait(job_id, status):
        deadline = time.monotonic() + WAIT
        while (found := client.job(job_id))["status"] != status:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found

    return wait


@pytest.fixture
def still(stack, far_bound):
    """Every execution of these jobs ends, and no task of theirs runs, within ten seconds."""

    def check(*job_ids):
        deadline = time.monotonic() + far_bound(TEN_SECONDS)
        while running := tasks_of(stack, job_ids) + executions_of(stack, job_ids):
            assert time.monotonic() < deadline, running
            time.sleep(0.2)

    return check


def executions_of(stack, job_ids):
    """Those that run; one that was never begun does not."""
    machine = stack.deployment.outputs["StateMachineArn"]
    pages = (
        stack.client("stepfunctions")
        .get_paginator("list_executions")
        .paginate(stateMachineArn=machine, statusFilter="RUNNING")
    )
    names = [execution["name"] for page in pages for execution in page["executions"]]
    return [name for name in names if name in job_ids]


def tasks_of(stack, job_ids):
    ecs = stack.client("ecs")
    cluster = stack.deployment.outputs["ClusterName"]
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="RUNNING")["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    text = [str(task["overrides"]) for task in tasks]
    return [each for each in text if any(job_id in each for job_id in job_ids)]


def patch(client, job_id, **query):
    path = f"jobs/{job_id}/cancel"
    return client._api.send("PATCH", path, **query)


def ids(answer):
    return [each["id"] for each in answer]


def test_a_parent_takes_along_the_child_that_renders(client, job, wait_for, still):
    made = client.submit(job("finish", job("hold"), job("finish", job("hold"))))
    first, second = ids(made["children"])
    wait_for(first, "render:dorender")
    (leaf,) = ids(client.job(second)["children"])

    answer = patch(client, made["id"])

    assert ids(answer)[0] == made["id"]
    assert set(ids(answer)) == {made["id"], first, second, leaf}
    still(first, second, leaf, made["id"])
    for job_id in (made["id"], first, second, leaf):
        assert client.job(job_id)["status"] == "manually_cancelled"


def test_a_child_takes_along_its_parent_and_its_siblings(client, job, wait_for, still):
    made = client.submit(job("finish", job("hold"), job("finish", job("hold"))))
    rendering, waiting = ids(made["children"])
    wait_for(rendering, "render:dorender")

    answer = patch(client, waiting)

    assert ids(answer)[0] == waiting
    assert {made["id"], rendering, waiting} < set(ids(answer))
    still(*ids(answer))


def test_a_finished_sibling_stays_finished(client, job, wait_for):
    made = client.submit(job("finish", job(), job("finish", job("hold"))))
    done, waiting = ids(made["children"])
    wait_for(done, "finished")

    answer = patch(client, waiting)

    assert done not in ids(answer)
    assert client.job(done)["status"] == "finished"


def test_a_plain_job_waits_renders_or_has_ended(client, job, wait_for, still):
    done = client.submit(job())["id"]
    wait_for(done, "finished")
    held = client.submit(job("hold"))["id"]
    wait_for(held, "render:dorender")

    for job_id, status in ((done, "finished"), (held, "render:dorender")):
        with pytest.raises(ConflictError) as refused:
            patch(client, job_id)
        assert status in str(refused.value)

    assert ids(patch(client, held, force="true")) == [held]
    still(held)


def test_a_batch_is_cancelled_as_far_as_it_has_not_begun(client, job, wait_for, still):
    parent = job("finish", job("hold"))
    batch = client.post("batches", {"jobs": [job(), parent, parent]})
    wait_for(batch["jobs"][0]["id"], "finished")

    answer = client.post(f"batches/{batch['batchId']}/cancel", {})

    assert answer["status"] == "partial"
    assert [each["result"] for each in answer["jobs"]] == ["skipped", "cancelled", "cancelled"]
    still(*ids(answer["cancelledJobs"]))


def test_several_are_cancelled_or_none(client, job, wait_for, still):
    first, second = (client.submit(job("finish", job("hold")))["id"] for _ in range(2))
    done = client.submit(job())["id"]
    wait_for(done, "finished")

    with pytest.raises(ApiError):
        client.post("jobs/cancel", {"jobs": [first, done]})
    assert client.job(first)["status"] == "pending"

    answer = client.post("jobs/cancel", {"jobs": [first, second]})
    assert ids(answer)[:2] == [first, second]
    still(*ids(answer))


def test_a_cancelled_tree_is_not_started_again(client, stack, job, still):
    made = client.submit(job("finish", job("hold")))
    answer = patch(client, made["id"])
    still(*ids(answer))

    function = stack.deployment.outputs["JanitorFunctionName"]
    stack.client("lambda").invoke(FunctionName=function)

    assert {client.job(job_id)["status"] for job_id in ids(answer)} == {"manually_cancelled"}
