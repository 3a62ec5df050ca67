import boto3
import pytest

from intarsia.domain.ids import new_id
from intarsia.domain.jobs import Failure
from intarsia.domain.states import Stage
from intarsia.storage.jobs import JobRepository
from lambdas import dependencies


@pytest.fixture
def stopped(monkeypatch):
    """Executions that were stopped, as (job, run)."""
    found = []
    monkeypatch.setattr(
        "intarsia.storage.executions.Executions.stop",
        lambda self, job_id, run, reason: found.append((job_id, run)),
    )
    return found


def statuses(tree):
    jobs = dependencies.jobs()
    return {name: jobs.get(job_id).status.value for name, job_id in tree.items()}


def cancelled_ids(body):
    assert {job["status"] for job in body} <= {"manually_cancelled"}
    return {job["id"] for job in body}


ALL_CANCELLED = dict.fromkeys(["root", "left", "right", "leaf"], "manually_cancelled")


@pytest.mark.parametrize("named", ["root", "left", "right", "leaf"])
def test_whichever_job_is_named_its_whole_tree_is_cancelled(call, tree, stopped, named):
    status, body, headers = call("PATCH", f"/api/v2/jobs/{tree[named]}/cancel")

    assert status == 200
    assert "json" in headers["content-type"]
    assert body[0]["id"] == tree[named], "the named one first"
    assert cancelled_ids(body) == set(tree.values())
    assert statuses(tree) == ALL_CANCELLED
    assert {job_id for job_id, _ in stopped} == set(tree.values())


def test_a_render_under_way_ends_with_its_tree(call, jobs, tree, stopped):
    jobs.start(tree["leaf"], 1)

    status, body, _ = call("PATCH", f"/api/v2/jobs/{tree['root']}/cancel")

    assert status == 200
    assert tree["leaf"] in cancelled_ids(body)
    with pytest.raises(Exception, match=tree["leaf"]):
        jobs.report(tree["leaf"], 1, stage=Stage.RENDER, progress=50)


def test_what_had_finished_stays_finished_and_is_not_listed(call, tree, stopped, finish):
    finish(tree["leaf"])

    _, body, _ = call("PATCH", f"/api/v2/jobs/{tree['right']}/cancel")

    assert cancelled_ids(body) == set(tree.values()) - {tree["leaf"]}
    assert statuses(tree) == ALL_CANCELLED | {"leaf": "finished"}


def test_everyone_learns_why(call, tree, stopped):
    call("PATCH", f"/api/v2/jobs/{tree['left']}/cancel")

    assert call("GET", f"/api/v2/jobs/{tree['left']}")[1]["error"] == "cancelled by the client"
    _, root, _ = call("GET", f"/api/v2/jobs/{tree['root']}")
    assert (
        root["error"]
        == root["stats"]["error"]
        == f"job {tree['left']} in the same tree was cancelled"
    )
    assert root["failedJobId"] == tree["left"]


def test_a_job_that_renders_or_has_ended_cannot_be_named(call, jobs, make_job, stopped, finish):
    rendering, done = make_job(), make_job()
    jobs.create([rendering, done])
    jobs.start(rendering.id, 1)
    finish(done.id)

    for job in (rendering, done):
        status, body, _ = call("PATCH", f"/api/v2/jobs/{job.id}/cancel")
        assert status == 409
        assert job.id in body["error"]
        assert ("set force" in body["error"]) == (job is rendering)
    assert not stopped


def test_a_render_under_way_is_cancelled_when_that_is_meant(call, jobs, make_job, stopped):
    job = make_job()
    jobs.create([job])
    jobs.start(job.id, 1)

    status, body, _ = call("PATCH", f"/api/v2/jobs/{job.id}/cancel", query={"force": "true"})

    assert (status, cancelled_ids(body)) == (200, {job.id})


@pytest.mark.parametrize(
    ("path", "status"), [("not-an-id", 400), ("01AN4Z07BY79KA1307SR9X4MV3", 404)]
)
def test_an_id_that_is_none_and_one_that_nobody_has(call, path, status):
    assert call("PATCH", f"/api/v2/jobs/{path}/cancel")[0] == status


def test_jobs_of_another_team_are_not_there(call, tree, stopped):
    assert call("PATCH", f"/api/v2/jobs/{tree['root']}/cancel", token="theirs")[0] == 404
    assert statuses(tree)["leaf"] == "queued"


def test_several_jobs_are_cancelled_together_or_not_at_all(call, jobs, make_job, tree, stopped):
    other = make_job()
    jobs.create([other])

    status, _, _ = call("POST", "/api/v2/jobs/cancel", {"jobs": [other.id, new_id()]})
    assert status == 404
    jobs.start(tree["leaf"], 1)
    status, _, _ = call("POST", "/api/v2/jobs/cancel", {"jobs": [other.id, tree["leaf"]]})
    assert status == 409
    assert jobs.get(other.id).status == "queued"
    assert not stopped

    status, body, _ = call("POST", "/api/v2/jobs/cancel", {"jobs": [other.id, tree["right"]]})
    assert status == 200
    assert cancelled_ids(body) == {other.id, *tree.values()}
    assert [job["id"] for job in body[:2]] == [other.id, tree["right"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "jobs"),
        ({"jobs": []}, "jobs"),
        ({"jobs": ["x"]}, "jobs[0]"),
        ({"jobs": ["01AN4Z07BY79KA1307SR9X4MV3"] * 2}, "jobs"),
        ({"jobs": [new_id() for _ in range(1001)]}, "jobs"),
    ],
)
def test_a_wrong_list_is_refused_naming_its_field(call, body, field):
    status, answer, _ = call("POST", "/api/v2/jobs/cancel", body)

    assert status == 400
    assert answer["details"][0]["field"] == field


def test_a_tree_that_ran_again_is_stopped_under_the_name_of_that_run(call, tree, jobs, stopped):
    jobs.next_run(tree["root"], 0)

    call("PATCH", f"/api/v2/jobs/{tree['root']}/cancel")

    assert set(stopped) == {(job_id, 1) for job_id in tree.values()}


def test_executions_are_really_stopped(call, jobs, make_job):
    job = make_job()
    jobs.create([job])
    dependencies.executions().start(job.id)

    assert call("PATCH", f"/api/v2/jobs/{job.id}/cancel")[0] == 200

    states = boto3.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    assert execution["status"] == "ABORTED"


def test_a_failure_in_between_is_not_written_over(call, tree, stopped, monkeypatch):
    jobs = dependencies.jobs()
    cancel = JobRepository.cancel

    def overtaken(repository, job_id, failure, **options):
        if job_id == tree["leaf"]:
            jobs.fail(job_id, Failure(kind="user", reason="wrong"))
        return cancel(repository, job_id, failure, **options)

    monkeypatch.setattr(JobRepository, "cancel", overtaken)

    _, body, _ = call("PATCH", f"/api/v2/jobs/{tree['root']}/cancel")

    assert tree["leaf"] not in cancelled_ids(body)
    assert statuses(tree) == ALL_CANCELLED | {"leaf": "error"}
