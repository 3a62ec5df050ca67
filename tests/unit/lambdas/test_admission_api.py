"""Submitting and ending when little may be under way, and engines that are not installed."""

import boto3
import pytest
from botocore.exceptions import ClientError

from intarsia import names
from intarsia.domain.ids import now
from intarsia.workflow.sweeping import GRACE, sweep
from lambdas import dependencies
from lambdas.admit.handler import handler as admit


@pytest.fixture
def template(add_template, built):
    return add_template(built["main"].path)


@pytest.fixture
def narrow(monkeypatch, environment):
    """One render of each fleet at a time."""
    monkeypatch.setenv(names.ENV_GPU_DEPTH, "1")
    monkeypatch.setenv(names.ENV_LINUX_DEPTH, "1")


@pytest.fixture
def submit(call, template):
    """Submit a job; returns its id."""

    def post(**fields):
        status, body, _ = call("POST", "/api/v2/jobs", job(template, **fields))
        assert status == 201, body
        return body["id"]

    return post


def job(template, **fields):
    return {"template": {"id": template, "composition": "main"}} | fields


def started():
    client = boto3.client("stepfunctions")
    (machine,) = client.list_state_machines()["stateMachines"]
    found = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    return {execution["name"] for execution in found}


def image(job_id):
    key = {"pk": {"S": f"JOB#{job_id}"}, "sk": {"S": "META"}}
    return boto3.client("dynamodb").get_item(TableName="table", Key=key)["Item"]


def record(job_id):
    return {"dynamodb": {"NewImage": image(job_id)}}


def test_a_lone_job_is_started_within_its_request(submit, narrow):
    job_id = submit()
    assert started() == {job_id}


def test_the_end_of_one_starts_the_next_in_line(submit, narrow, finish):
    first, second, third = (submit() for _ in range(3))
    assert started() == {first}

    finish(first)
    admit({"Records": [record(first)]}, None)
    assert started() == {first, second}

    admit({"Records": [record(first)]}, None)
    assert started() == {first, second}, f"told twice: {third} still waits"


def test_the_end_of_a_child_makes_no_room(call, template, narrow, finish, submit):
    slot = {"type": "job", "layerName": "PrecompLayer"} | job(template)
    _, body, _ = call("POST", "/api/v2/jobs", job(template, assets=[slot]))
    waiting = submit()
    child = body["children"][0]["id"]
    finish(child)

    admit({"Records": [record(child)]}, None)

    assert started() == {body["id"]}, f"{waiting} waits for the whole tree"


def test_a_tree_with_one_job_for_the_gpu_waits_in_its_line(call, template, narrow, submit):
    gpu = submit(settings={"engine": "ae2026"})
    open_ = submit(settings={"engine": "open"})
    slot = {"type": "job", "layerName": "PrecompLayer"} | job(template)
    call("POST", "/api/v2/jobs", job(template, settings={"engine": "open"}, assets=[slot]))

    assert started() == {gpu, open_}


def shown(call):
    """Of each job in the list, whether it stands in line."""
    return {job["id"]: job["inLine"] for job in call("GET", "/api/v2/jobs")[1]}


def test_every_job_of_a_tree_says_that_it_stands_in_line_until_it_is_admitted(
    call, template, narrow, finish, submit
):
    ahead = submit()
    slot = {"type": "job", "layerName": "PrecompLayer"} | job(template)
    _, body, _ = call("POST", "/api/v2/jobs", job(template, assets=[slot], priority=7))
    tree = {body["id"], body["children"][0]["id"]}
    behind = submit()
    assert shown(call) == {ahead: False, behind: True} | dict.fromkeys(tree, True)
    for job_id, expected in shown(call).items():
        assert call("GET", f"/api/v2/jobs/{job_id}")[1]["inLine"] is expected

    finish(ahead)
    admit({"Records": [record(ahead)]}, None)
    assert shown(call) == {ahead: False, behind: True} | dict.fromkeys(tree, False)


def test_a_child_stands_in_the_line_of_its_tree_not_of_its_own_fleet(
    call, template, narrow, submit
):
    submit(settings={"engine": "ae2026"})
    slot = {"type": "job", "layerName": "PrecompLayer"} | job(template, preview=True)
    _, body, _ = call("POST", "/api/v2/jobs", job(template, assets=[slot]))
    child = call("GET", f"/api/v2/jobs/{body['children'][0]['id']}")[1]
    assert (child["engine"], child["inLine"]) == ("open", True)


def test_what_was_cancelled_in_line_stands_in_it_no_more(call, narrow, submit):
    submit()
    waiting = submit()
    (answer,) = call("PATCH", f"/api/v2/jobs/{waiting}/cancel")[1]
    assert [answer["inLine"], shown(call)[waiting]] == [False, False]


def test_a_list_in_which_everything_has_begun_asks_nothing_of_the_lines(
    call, submit, finish, monkeypatch
):
    finish(submit())
    monkeypatch.setattr(dependencies.client("dynamodb"), "batch_get_item", None)
    assert list(shown(call).values()) == [False]


def test_a_batch_waits_beyond_the_depth(call, template, narrow):
    status, body, _ = call("POST", "/api/v2/batches", {"jobs": [job(template)] * 60})

    assert (status, body["successCount"]) == (201, 60)
    assert started() == {body["jobs"][0]["id"]}


def test_a_submission_that_dies_before_its_place_in_line_is_found(submit, monkeypatch, narrow):
    def refuse(**_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "BatchWriteItem")

    with monkeypatch.context() as broken:
        broken.setattr(dependencies.client("dynamodb"), "batch_write_item", refuse)
        job_id = submit()
    assert started() == set()

    sweep(dependencies.admission(), now() + 2 * GRACE)
    assert started() == {job_id}


class TestEngines:
    @pytest.fixture(autouse=True)
    def previews_only(self, monkeypatch, environment):
        monkeypatch.setenv(names.ENV_ENGINES, "open")

    def test_one_that_is_not_installed_is_refused_with_those_that_are(self, call, template):
        asked = job(template, settings={"engine": "ae2025"})
        status, body, _ = call("POST", "/api/v2/jobs", asked)

        (detail,) = body["details"]
        assert (status, detail["field"]) == (400, "settings.engine")
        assert (
            '"ae2025" is not available on this installation; use one of "open"' in detail["message"]
        )
        assert "preview: true" in detail["message"]

    def test_a_childs_is_named_with_its_asset(self, call, template):
        slot = {"type": "job", "layerName": "PrecompLayer"} | job(template)
        asked = job(template, settings={"engine": "open"}, assets=[slot])
        _, body, _ = call("POST", "/api/v2/jobs", asked)

        assert [detail["field"] for detail in body["details"]] == ["assets[0].settings.engine"]

    def test_a_job_that_names_none_takes_the_only_after_effects(self, call, submit, monkeypatch):
        monkeypatch.setenv(names.ENV_ENGINES, "ae2025,open")
        assert call("GET", f"/api/v2/jobs/{submit()}")[1]["engine"] == "ae2025"

    @pytest.mark.parametrize("fields", [{"preview": True}, {"settings": {"type": "aep"}}])
    def test_what_needs_none_is_accepted(self, submit, fields):
        submit(**fields)
