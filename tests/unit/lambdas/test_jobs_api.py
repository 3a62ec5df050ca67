from datetime import datetime, timedelta
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError

from intarsia.domain.ids import new_id, now
from intarsia.domain.manifests import log_key
from intarsia.workflow.sweeping import sweep
from lambdas import dependencies


@pytest.fixture
def templates(add_template, built):
    return {name: add_template(built[name].path) for name in ("main", "lower-third")}


def nested_job(templates, **child):
    return {
        "template": {"id": templates["main"], "composition": "main"},
        "assets": [
            {
                "type": "job",
                "layerName": "PrecompLayer",
                "template": {"id": templates["lower-third"], "composition": "lower-third"},
                "assets": [
                    {"type": "text", "layerName": "name", "value": "Jane Smith"},
                    {"type": "text", "layerName": "title", "value": "Lead Designer"},
                ],
            }
            | child
        ],
    }


def stored():
    table = boto3.client("dynamodb").scan(TableName="table")["Items"]
    jobs = [item for item in table if item["pk"]["S"].startswith("JOB#")]
    manifests = boto3.client("s3").list_objects_v2(Bucket="renders").get("Contents", [])
    return len(jobs), len(manifests)


def test_a_nested_job_is_accepted_with_its_children(call, templates):
    status, body, headers = call("POST", "/api/v2/jobs", nested_job(templates))

    assert status == 201
    assert headers["content-type"].startswith("application/json")
    assert headers["x-request-id"] == "request-1"
    assert body["status"] == "pending"
    assert body["outputUrl"].startswith("http://intarsia.test/api/v2/outputs/")
    (child,) = body["children"]
    assert child["status"] == "queued"
    assert len(child["id"]) == 26

    status, parent, _ = call("GET", f"/api/v2/jobs/{body['id']}")
    assert (status, parent["status"], parent["children"][0]["id"]) == (200, "pending", child["id"])
    assert parent["stats"]["totalAssets"] == 1
    _, child_job, _ = call("GET", f"/api/v2/jobs/{child['id']}")
    assert (child_job["parentId"], child_job["slot"]) == (body["id"], "PrecompLayer")


def started():
    """Names of all executions."""
    client = boto3.client("stepfunctions")
    (machine,) = client.list_state_machines()["stateMachines"]
    found = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    return [execution["name"] for execution in found]


def test_the_root_is_started_under_its_own_id(call, templates):
    _, body, _ = call("POST", "/api/v2/jobs", nested_job(templates))

    assert started() == [body["id"]]


def test_a_job_that_cannot_be_started_at_once_is_accepted_and_started_by_the_janitor(
    call, templates, monkeypatch
):
    refusal = ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
    machine = dependencies.client("stepfunctions")
    with monkeypatch.context() as throttled:
        throttled.setattr(machine, "start_execution", Mock(side_effect=refusal))
        status, body, _ = call("POST", "/api/v2/jobs", nested_job(templates))
    assert status == 201
    assert started() == []

    later = now() + timedelta(minutes=5)
    assert sweep(dependencies.admission(), later) == [body["id"]]
    assert started() == [f"{body['id']}-1"]


def test_manifests_have_what_the_worker_needs(call, templates):
    _, body, _ = call("POST", "/api/v2/jobs", nested_job(templates))

    parent, child = (
        dependencies.manifests().get(dependencies.jobs().get(job_id))
        for job_id in (body["id"], body["children"][0]["id"])
    )
    assert parent.slots[0].child_id == child.job_id
    assert (parent.codec, child.codec) == ("video_h264_vbr_15mbps", "video_prores_4444")
    assert child.output_key.endswith(".mov")
    assert [asset.value for asset in child.assets] == ["Jane Smith", "Lead Designer"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"layerName": "PrecompLayr"}, "assets[0].layerName", 'did you mean "PrecompLayer"'),
        (
            {"assets": [{"type": "text", "layerName": "nmae", "value": "x"}]},
            "assets[0].assets[0].layerName",
            'did you mean "name"',
        ),
        (
            {"settings": {"frames": [0, 100000]}},
            "assets[0].settings.frames",
            "has frames 0 to",
        ),
    ],
)
def test_what_the_template_does_not_have_is_named_with_the_nearest(
    call, templates, change, field, words
):
    before = stored()

    status, body, _ = call("POST", "/api/v2/jobs", nested_job(templates, **change))

    assert status == 400
    (detail,) = body["details"]
    assert detail["field"] == field
    assert words in detail["message"]
    assert words in body["error"]
    assert stored() == before, "nothing half-done stays behind"


def test_an_unknown_composition_is_suggested(call, templates):
    job = nested_job(templates)
    job["template"]["composition"] = "mian"

    status, body, _ = call("POST", "/api/v2/jobs", job)

    assert (status, body["details"][0]["field"]) == (400, "template.composition")
    assert 'did you mean "main"' in body["details"][0]["message"]


def test_every_problem_of_every_job_is_told_at_once(call, templates):
    job = nested_job(
        templates, assets=[{"type": "text", "layerName": "nmae", "value": "x"}], layerName="Slto"
    )
    job["template"]["composition"] = "mian"

    _, body, _ = call("POST", "/api/v2/jobs", job)

    assert {detail["field"] for detail in body["details"]} == {
        "template.composition",
        "assets[0].layerName",
        "assets[0].assets[0].layerName",
    }


def test_a_template_of_another_team_is_not_found(call, built, add_template):
    foreign = add_template(built["main"].path, team_id="other")

    status, body, _ = call("POST", "/api/v2/jobs", {"template": {"id": foreign}})

    assert (status, "details" in body) == (404, False)
    assert foreign in body["error"]


def test_a_template_that_is_not_uploaded_cannot_be_rendered(call):
    _, template, _ = call("POST", "/api/v2/templates", {"type": "aep", "displayName": "x"})

    status, body, _ = call("POST", "/api/v2/jobs", {"template": {"id": template["id"]}})

    assert (status, body["details"][0]["field"]) == (400, "template.id")
    assert "awaiting_upload" in body["error"]


@pytest.mark.parametrize("token", [None, "wrong", ""])
def test_no_endpoint_answers_without_a_known_key(call, token):
    for method, path in (("GET", "/api/v2/jobs"), ("POST", "/api/v2/jobs"), ("GET", "/api/v2/x")):
        status, body, headers = call(method, path, token=token)
        assert (status, list(body)) == (401, ["error"])
        assert "json" in headers["content-type"]


def test_jobs_of_another_team_do_not_exist(call, templates):
    _, job, _ = call("POST", "/api/v2/jobs", nested_job(templates))

    for path in (f"/api/v2/jobs/{job['id']}", f"/api/v2/jobs/{job['id']}/logs"):
        assert call("GET", path, token="theirs")[0] == 404
    assert call("GET", "/api/v2/jobs", token="theirs")[1] == []


def test_a_job_is_found_by_its_own_creation_time(call, templates):
    template = {"id": templates["lower-third"], "composition": "lower-third"}
    job_id = call("POST", "/api/v2/jobs", {"template": template})[1]["id"]
    created = call("GET", f"/api/v2/jobs/{job_id}")[1]["stats"]["createdAt"]
    moment = datetime.fromisoformat(created)

    def found(**query):
        status, body, _ = call("GET", "/api/v2/jobs", query=query)
        assert status == 200
        return [job["id"] for job in body]

    within = (moment + timedelta(microseconds=999)).isoformat()
    assert found(from_date=created, to_date=created) == [job_id]
    assert found(from_date=within, to_date=within) == [job_id], "stored in whole milliseconds"
    assert found(from_date=(moment + timedelta(milliseconds=1)).isoformat()) == []
    assert found(to_date=(moment - timedelta(milliseconds=1)).isoformat()) == []


def test_lists_are_bare_arrays_filtered_sorted_and_paged(call, templates):
    ids = [call("POST", "/api/v2/jobs", nested_job(templates))[1]["id"] for _ in range(3)]

    def listed(**query):
        status, body, _ = call("GET", "/api/v2/jobs", query=query)
        assert status == 200
        return body

    assert [job["id"] for job in listed(states="pending")] == ids
    assert [job["id"] for job in listed(states="pending", sort="newest_first")] == ids[::-1]
    assert [job["id"] for job in listed(states="pending", **{"from": "1", "limit": "1"})] == [
        ids[1]
    ]
    assert len(listed()) == 6
    assert all(job["status"] == "queued" for job in listed(exclude_states="pending"))
    assert "stats" in listed()[0]
    assert "stats" not in listed(minimal="true")[0]
    assert listed(states="processing") == []
    assert listed(from_date="2999-01-01T00:00:00.000Z") == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"from": "-1"}, {"sort": "size"},
        {"minimal": "1"}, {"from_date": "yesterday"},
    ],
)  # fmt: skip
def test_a_wrong_query_is_named(call, query):
    status, body, _ = call("GET", "/api/v2/jobs", query=query)

    assert (status, body["details"][0]["field"]) == (400, next(iter(query)))


def test_a_body_that_is_no_json_is_a_400(call):
    for raw in ("", "{", "[]", '{"template": NaN}', '"\\ud800"'):
        status, body, _ = call("POST", "/api/v2/jobs", raw=raw)
        assert status == 400
        assert body["details"]


def test_an_output_is_found_only_by_its_secret_and_only_when_finished(call, templates):
    _, job, _ = call("POST", "/api/v2/jobs", nested_job(templates))
    path = job["children"][0]["outputUrl"].removeprefix("http://intarsia.test")
    assert call("GET", path, token=None)[0] == 404

    child = job["children"][0]["id"]
    dependencies.client("dynamodb").update_item(
        TableName="table",
        Key={"pk": {"S": f"JOB#{child}"}, "sk": {"S": "META"}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "finished"}},
    )

    status, _, headers = call("GET", path, token=None)
    assert status == 302
    assert "X-Amz-Expires=900" in headers["location"]
    *_, token, name = path.split("/")
    assert call("GET", path.replace(token, "guess"), token=None)[0] == 404
    assert call("GET", path.replace(name, "other.mov"), token=None)[0] == 404
    assert call("GET", path.replace(child, new_id()), token=None)[0] == 404


def test_a_log_is_plain_text_and_404_before_there_is_one(call, templates):
    _, job, _ = call("POST", "/api/v2/jobs", nested_job(templates))
    path = f"/api/v2/jobs/{job['id']}/logs"
    assert call("GET", path)[0] == 404

    dependencies.renders().put_text(log_key(job["id"]), "line\n", "text/plain")

    status, body, headers = call("GET", path)
    assert (status, body) == (200, "line\n")
    assert headers["content-type"].startswith("text/plain")
    assert headers["content-disposition"] == f'inline; filename="{job["id"]}.log"'
    assert headers["x-content-type-options"] == "nosniff"


def test_an_unexpected_error_tells_nothing_of_the_inside(call, templates, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(dependencies, "jobs", broken)

    status, body, _ = call("GET", "/api/v2/jobs")

    assert status == 500
    assert "secret" not in str(body)


def test_an_unknown_endpoint_is_a_404_in_the_contracts_shape(call):
    status, body, _ = call("GET", "/api/v2/nothing")

    assert (status, list(body)) == (404, ["error"])


@pytest.mark.parametrize("settings", [{"engine": "open"}, {"type": "aep"}])
def test_a_script_that_nothing_would_run_is_refused(call, templates, settings):
    job = {
        "template": {"id": templates["main"], "composition": "main"},
        "settings": settings,
        "assets": [{"type": "script", "value": "app.beep()"}],
    }
    status, body, _ = call("POST", "/api/v2/jobs", job)

    assert status == 400
    (detail,) = body["details"]
    assert detail["field"] == "assets[0].type"
    assert "needs After Effects" in detail["message"]
