import pytest

from intarsia.domain.ids import new_id
from lambdas import dependencies


@pytest.fixture
def template(built, add_template):
    return add_template(built["lower-third"].path)


@pytest.fixture
def job(template):
    """A job that the template takes."""
    return {"template": {"id": template, "composition": "lower-third"}}


def wrong(job):
    return job | {"assets": [{"type": "text", "layerName": "nmae", "value": "x"}]}


def test_every_job_is_accepted_and_started(call, job):
    status, body, _ = call("POST", "/api/v2/batches", {"jobs": [job, job]})

    assert status == 201
    assert (body["status"], body["totalJobs"], body["successCount"]) == ("created", 2, 2)
    assert "errors" not in body
    assert [entry["index"] for entry in body["jobs"]] == [0, 1]
    for entry in body["jobs"]:
        _, stored, _ = call("GET", f"/api/v2/jobs/{entry['id']}")
        assert stored["batchId"] == body["batchId"]
        assert stored["outputUrl"] == entry["outputUrl"]
        assert dependencies.executions().running(entry["id"], 0) is not None


def test_what_is_wrong_is_named_by_its_place_and_the_rest_goes_on(call, job):
    unknown = {"template": {"id": "0" * 26, "composition": "x"}}

    status, body, _ = call(
        "POST", "/api/v2/batches", {"jobs": [wrong(job), job, unknown, 5, {"template": {}}]}
    )

    assert status == 201
    assert (body["status"], body["totalJobs"], body["successCount"]) == ("partial", 5, 1)
    assert [entry["index"] for entry in body["jobs"]] == [1]
    found = {entry["index"]: entry for entry in body["errors"]}
    assert {index: entry["errorCode"] for index, entry in found.items()} == {
        0: "VALIDATION_ERROR",
        2: "TEMPLATE_NOT_FOUND",
        3: "VALIDATION_ERROR",
        4: "VALIDATION_ERROR",
    }
    assert "assets[0].layerName" in found[0]["error"]
    assert 'did you mean "name"' in found[0]["error"]
    assert "template.id: is required" in found[4]["error"]


def test_nothing_is_stored_of_a_batch_of_which_nothing_can_be_accepted(call, job):
    status, body, _ = call("POST", "/api/v2/batches", {"jobs": [wrong(job)]})

    assert status == 400
    assert (body["status"], body["successCount"], body["jobs"]) == ("error", 0, [])
    assert body["errors"][0]["index"] == 0
    assert call("GET", f"/api/v2/batches/{body['batchId']}")[0] == 404
    assert call("GET", "/api/v2/jobs")[1] == []


def test_nested_jobs_stand_in_a_batch_with_their_children(call, built, add_template, job):
    parent = {
        "template": {"id": add_template(built["main"].path), "composition": "main"},
        "assets": [{"type": "job", "layerName": "PrecompLayer"} | job],
    }

    _, body, _ = call("POST", "/api/v2/batches", {"jobs": [parent]})

    (entry,) = body["jobs"]
    assert entry["status"] == "pending"
    assert [child["status"] for child in entry["children"]] == ["queued"]


@pytest.mark.parametrize("jobs", [None, [], {}, [{}] * 1001])
def test_a_batch_has_one_to_a_thousand_jobs(call, jobs):
    status, body, _ = call("POST", "/api/v2/batches", {"jobs": jobs})

    assert status == 400
    assert body["details"][0]["field"] == "jobs"


def test_too_many_jobs_with_their_children_are_refused_before_anything_is_stored(
    call, job, monkeypatch
):
    monkeypatch.setattr("intarsia.workflow.batching.MOST_IN_ALL", 2)

    status, body, _ = call("POST", "/api/v2/batches", {"jobs": [job] * 3})

    assert status == 400
    assert body["details"][0]["field"] == "jobs[2]"
    assert call("GET", "/api/v2/jobs")[1] == []


def test_a_batch_is_finished_when_all_of_it_has_ended(call, job, finish, fail):
    _, created, _ = call("POST", "/api/v2/batches", {"jobs": [job, job, wrong(job)]})
    first, second = (entry["id"] for entry in created["jobs"])

    def now():
        status, body, _ = call("GET", f"/api/v2/batches/{created['batchId']}")
        assert status == 200
        return body

    assert now()["status"] == "processing"
    assert now()["stats"] == {"total": 2, "finished": 0, "error": 0, "pending": 2}
    finish(first)
    body = now()
    assert (body["status"], body["stats"]["pending"]) == ("processing", 1)
    assert ["stats" in entry for entry in body["jobs"]] == [True, False]
    fail(second)
    body = now()
    assert body["status"] == "finished"
    assert body["stats"] == {"total": 2, "finished": 1, "error": 1, "pending": 0}


def test_a_batch_in_which_all_failed_is_an_error(call, job, fail):
    _, created, _ = call("POST", "/api/v2/batches", {"jobs": [job]})
    fail(created["jobs"][0]["id"])

    assert call("GET", f"/api/v2/batches/{created['batchId']}")[1]["status"] == "error"


def test_cancelling_takes_what_waits_and_skips_what_does_not(call, job, finish):
    _, created, _ = call("POST", "/api/v2/batches", {"jobs": [job, job]})
    path = f"/api/v2/batches/{created['batchId']}/cancel"
    first, second = (entry["id"] for entry in created["jobs"])
    finish(first)

    status, body, _ = call("POST", path)

    assert status == 200
    assert (body["status"], body["totalJobs"]) == ("partial", 2)
    assert (body["cancelledCount"], body["skippedCount"]) == (1, 1)
    assert [(entry["id"], entry["result"]) for entry in body["jobs"]] == [
        (first, "skipped"),
        (second, "cancelled"),
    ]
    assert "finished" in body["jobs"][0]["reason"]
    assert [job["id"] for job in body["cancelledJobs"]] == [second]
    assert call("POST", path)[1]["status"] == "unchanged"


def test_a_batch_of_another_team_is_not_there(call, job):
    _, created, _ = call("POST", "/api/v2/batches", {"jobs": [job]})
    path = f"/api/v2/batches/{created['batchId']}"

    assert call("GET", path, token="theirs")[0] == 404
    assert call("POST", f"{path}/cancel", token="theirs")[0] == 404
    assert call("GET", f"/api/v2/batches/{new_id()}")[0] == 404
    assert call("GET", "/api/v2/batches/x")[0] == 400


def test_a_batch_whose_jobs_cannot_be_stored_leaves_nothing_behind(call, job, monkeypatch):
    def refuse(*_):
        raise ConnectionError

    monkeypatch.setattr("intarsia.storage.jobs.JobRepository.create", refuse)
    put, kept = [], dependencies.batches().put
    monkeypatch.setattr(
        "intarsia.storage.batches.BatchRepository.put",
        lambda self, batch: (put.append(batch.id), kept(batch)),
    )

    assert call("POST", "/api/v2/batches", {"jobs": [job]})[0] == 500
    assert dependencies.batches().get(put[0]) is None
