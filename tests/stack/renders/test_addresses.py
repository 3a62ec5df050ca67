"""Addresses that a client names: where a template's file is, and who is told how a job ended."""

import time

import boto3
import pytest
from botocore.config import Config

from intarsia.client import NotFoundError
from intarsia.storage.keys import KeyRepository, new_token
from tests.support.stills import as_stills

WAIT = 900  # seconds; a bound on hanging, not on speed


@pytest.fixture
def card(https_receiver, example_templates):
    """Address of a project."""
    https_receiver.files["/card.aep"] = example_templates["name-card"].path.read_bytes()
    return f"{https_receiver.url}/card.aep"


@pytest.fixture
def fetched(client):
    """`fetched(address)`: a template from there, once it has been used or refused."""

    def fetch(address):
        created = client.post("templates", {"type": "aep", "displayName": "Card", "src": address})
        template, deadline = created["template"], time.monotonic() + WAIT
        while template["status"] not in ("uploaded", "error"):
            assert time.monotonic() < deadline, template
            time.sleep(0.1)
            template = client.get(f"templates/{template['id']}")
        return template

    return fetch


def test_a_template_is_fetched_and_deleted(client, fetched, card):
    template = fetched(card)
    assert (template["status"], template["compositions"]) == ("uploaded", ["name-card"])

    client.templates.delete(template["id"])
    with pytest.raises(NotFoundError):
        client.get(f"templates/{template['id']}")


def test_a_template_that_is_not_where_its_address_says_has_an_error(fetched, https_receiver):
    template = fetched(f"{https_receiver.url}/nothing.aep")
    assert template["status"] == "error"
    assert "404" in template["error"]


@pytest.fixture
def stranger(stack, connect):
    """The client of another team."""
    token = new_token()
    KeyRepository(stack.client("dynamodb"), stack.table).add(token, "strangers", "test")
    with connect(stack.url, token) as client:
        yield client


@pytest.fixture
def given_up(stack):
    """`given_up(job_id)`: why its webhook was not delivered."""
    deployed = stack.deployment
    letters = next(name for name in deployed.types if name.startswith("WebhooksUndelivered"))

    def wait(job_id):
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            got = stack.client("sqs").receive_message(
                QueueUrl=deployed.physical_ids[letters],
                WaitTimeSeconds=1,
                MessageAttributeNames=["reason"],
            )
            for letter in got.get("Messages", []):
                if job_id in letter["Body"]:
                    return letter["MessageAttributes"]["reason"]["StringValue"]
        raise TimeoutError(job_id)

    return wait


def test_what_another_team_names_leads_to_nothing_of_the_stack(
    stack, stranger, client, templates, given_up
):
    """A clip's src that reads the first team's project, and a webhook that makes an API key."""
    bucket = stack.deployment.outputs["TemplatesBucketName"]
    template = client.get(f"templates/{next(iter(templates.values()))}")
    found = stack.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    key = next(one["Key"] for one in found if template["id"] in one["Key"])
    root = boto3.client(
        "s3", endpoint_url=stack.emulator.endpoint, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )  # fmt: skip
    link = root.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
    item = {"pk": {"S": "KEY#forged"}, "sk": {"S": "META"}}
    forged = {
        "url": stack.emulator.endpoint,
        "headers": {
            "X-Amz-Target": "DynamoDB_20120810.PutItem",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261201/us-east-1/dynamodb/"
            "aws4_request, SignedHeaders=host, Signature=0",
        },
        "custom": True,
        "data": {"TableName": stack.table, "Item": item},
    }

    sent = stranger.post(
        "jobs/join", {"assets": [{"type": "video", "src": link}], "webhook": forged}
    )
    deadline = time.monotonic() + WAIT
    while (job := stranger.job(sent["id"]))["status"] != "error":
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
    assert "an address of this installation itself" in job["error"]

    assert given_up(job["id"]) == (
        "url leads to an address of this installation itself, which is not allowed"
    )
    there = stack.client("dynamodb").get_item(
        TableName=stack.table, Key={name: item[name] for name in ("pk", "sk")}
    )
    assert "Item" not in there


def test_the_end_of_a_job_with_children_is_told(client, example, https_receiver):
    job = client.submit(
        as_stills(example("nested-basic")) | {"webhook": {"url": f"{https_receiver.url}/ended"}}
    )

    told = https_receiver.got(lambda body: body.get("id") == job["id"], wait=WAIT)

    assert [(path, body["state"]) for path, _, body in told] == [("/ended", "finished")], told
