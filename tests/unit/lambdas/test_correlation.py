"""The lines of a tree are found by its root's id, from the API on."""

import io
import json

import boto3
import pytest

from intarsia import names
from intarsia.storage.items import to_item
from lambdas.api import jobs as api
from lambdas.publish import handler as publish


def printed(logger):
    """Everything that a function logs from now on."""
    stream = io.StringIO()
    logger.registered_handler.setStream(stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def quiet_again():
    handlers = [each.logger.registered_handler for each in (api, publish)]
    before = [each.stream for each in handlers]
    yield
    for each, stream in zip(handlers, before, strict=True):
        each.setStream(stream)


def test_a_request_names_every_job_that_it_made(call, add_template, built):
    lines = printed(api.logger)
    template = add_template(built["lower-third"].path)
    body = {"template": {"id": template, "composition": "lower-third"}}
    _, answer, *_ = call("POST", "/api/v2/jobs", body)
    (line,) = [each for each in lines() if each["message"] == "submitted"]
    assert line["job_id"] == line["correlation_id"] == answer["id"]


@pytest.fixture
def nested(add_template, built):
    """A job with a child, as a client asks for it."""
    scene, card = (add_template(built[name].path) for name in ("main", "lower-third"))
    child = {"type": "job", "layerName": "PrecompLayer"}
    child["template"] = {"id": card, "composition": "lower-third"}
    return {"template": {"id": scene, "composition": "main"}, "assets": [child]}


@pytest.mark.parametrize("path", ["jobs", "batches"])
def test_every_job_of_a_request_is_in_its_trace(call, jobs, nested, monkeypatch, path):
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{header};Lineage=a87bd80c:1|68fd508a:5")
    body = {"jobs": [nested]} if path == "batches" else nested
    _, answer, *_ = call("POST", f"/api/v2/{path}", body)
    root = answer["jobs"][0] if path == "batches" else answer
    found = jobs.get_many([root["id"], root["children"][0]["id"]])
    assert [job.trace for job in found] == [header, header]


def test_a_header_of_another_form_is_not_kept(call, jobs, nested, monkeypatch):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    _, answer, *_ = call("POST", "/api/v2/jobs", nested)
    assert jobs.get(answer["id"]).trace is None


def test_a_change_of_a_childs_status_is_logged_with_its_root(environment, make_job, monkeypatch):
    boto3.client("events").create_event_bus(Name="bus")
    monkeypatch.setenv(names.ENV_BUS, "bus")
    job = make_job(root_id="R" * 26, parent_id="R" * 26)
    lines = printed(publish.logger)
    image = to_item(job, pk=f"JOB#{job.id}", sk="META")
    assert publish.handler({"Records": [{"dynamodb": {"NewImage": image}}]}, None) == {
        "published": 1
    }
    (line,) = lines()
    assert (line["job_id"], line["correlation_id"], line["status"]) == (
        job.id,
        "R" * 26,
        "queued",
    )
