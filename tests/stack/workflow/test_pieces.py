"""Jobs in pieces through the deployed state machine."""

import time

import pytest

WAIT = 300  # seconds; a bound on hanging


@pytest.fixture
def pieces(job):
    """A job in three pieces that does what `script` says."""

    def make(script, engine="open"):
        made = job(script, engine=engine)
        made["settings"]["pieces"] = 3
        return made

    return make


@pytest.fixture
def taken(stack):
    """Which parts of a job tasks have taken, as `<part>.<attempt>`, in any order."""

    def find(job_id):
        s3 = stack.client("s3")
        bucket = stack.deployment.outputs["RendersBucketName"]
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"jobs/{job_id}/log.txt.")
        return sorted(
            each["Key"].removeprefix(f"jobs/{job_id}/log.txt.") for each in found["Contents"]
        )

    return find


ONCE = ["0.1", "1.1", "2.1"]


@pytest.mark.parametrize("engine", ["open", "ae2026"])
def test_pieces_are_drawn_at_once_and_then_assembled(pieces, finish, taken, execution, engine):
    (done,) = finish(pieces("finish", engine))
    assert (done["status"], done["progress"], done["attempt"]) == ("finished", 100, 1)
    assert taken(done["id"]) == [*ONCE, "assemble.1"]
    assert execution(done["id"]) == ("SUCCEEDED", None)


def test_a_lost_piece_is_drawn_again_and_no_other(pieces, finish, taken):
    (done,) = finish(pieces("die at 1 once"))
    assert (done["status"], done["attempt"]) == ("finished", 2)
    assert taken(done["id"]) == sorted([*ONCE, "1.2", "assemble.2"])


def test_a_crash_in_the_assembly_costs_no_piece(pieces, finish, taken):
    (done,) = finish(pieces("die assembling once"))
    assert (done["status"], done["attempt"]) == ("finished", 2)
    assert taken(done["id"]) == [*ONCE, "assemble.1", "assemble.2"]


def test_a_users_mistake_in_a_piece_is_the_jobs(pieces, finish, taken, execution):
    (failed,) = finish(pieces("refuse at 1"))
    assert (failed["status"], failed["error"]) == ("error", "refuse at 1")
    assert not [part for part in taken(failed["id"]) if not part.endswith(".1")]
    assert "assemble.1" not in taken(failed["id"])
    assert execution(failed["id"]) == ("FAILED", "JobFailed")


def test_cancelling_ends_every_piece(job, pieces, client, stack, taken):
    made = client.submit(job("finish", pieces("hold pieces")))
    (child,) = [each["id"] for each in made["children"]]
    wait_until(lambda: client.job(child)["progress"] == 45)  # all of them hold half done

    client._api.send("PATCH", f"jobs/{made['id']}/cancel")

    wait_until(lambda: not tasks_of(stack, child))
    assert client.job(child)["status"] == "manually_cancelled"
    assert taken(child) == ONCE


def wait_until(holds):
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def tasks_of(stack, job_id):
    ecs, cluster = stack.client("ecs"), stack.deployment.outputs["ClusterName"]
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="RUNNING")["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    return [task for task in tasks if job_id in str(task["overrides"])]
