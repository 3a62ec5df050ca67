"""The function behind the queue: what happens to a message, by how its delivery goes."""

import io
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from intarsia import names
from intarsia.domain.states import Status
from intarsia.domain.webhooks import Webhook, webhook_key
from lambdas import dependencies
from lambdas.webhooks.handler import handler, logger

SECRET = "hunter2-hunter2"


@pytest.fixture
def queues(environment, monkeypatch):
    """URLs of the queue and of its dead letters, as the function is told them."""
    sqs = boto3.client("sqs")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("webhooks", "dead")]
    for name, value in {
        names.ENV_WEBHOOKS_QUEUE: urls[0],
        names.ENV_WEBHOOKS_DEAD_LETTERS: urls[1],
        names.ENV_WEBHOOKS_PAUSE: "10",
        names.ENV_SECRETS_PREFIX: "studio",
        names.ENV_ALLOW_PRIVATE_SOURCES: "1",
    }.items():
        monkeypatch.setenv(name, value)
    return urls


@pytest.fixture
def job(queues, jobs, renders, make_job, site):
    """A job that has ended, with a webhook to the site that needs a secret."""
    job = make_job(status=Status.CANCELLED, has_webhook=True)
    jobs.create([job])
    headers = {"X-Key": "${secrets.KEY}"}
    webhook = Webhook(url=f"{site.url}/hook", method="GET", headers=headers)
    renders.put_text(webhook_key(job.id), webhook.model_dump_json(by_alias=True))
    dependencies.secrets().create("team", "KEY", SECRET)
    return job


@pytest.fixture
def deliver(queues, job):
    """Hand the job's event to the function for the `attempt`th time; returns what it reports."""

    def run(attempt=1):
        sqs = boto3.client("sqs")
        body = json.dumps({"detail": {"id": job.id, "status": job.status.value}})
        sqs.send_message(QueueUrl=queues[0], MessageBody=body)
        (message,) = sqs.receive_message(QueueUrl=queues[0], VisibilityTimeout=0)["Messages"]
        record = {
            "messageId": "message-1",
            "receiptHandle": message["ReceiptHandle"],
            "body": body,
            "attributes": {"ApproximateReceiveCount": str(attempt)},
        }
        return handler({"Records": [record]}, None)["batchItemFailures"]

    return run


@pytest.fixture
def pauses(queues, monkeypatch):
    """Seconds for which messages were hidden."""
    found = []
    sqs = dependencies.client("sqs")
    change = sqs.change_message_visibility

    def watched(**arguments):
        assert arguments["QueueUrl"] == queues[0]
        found.append(arguments["VisibilityTimeout"])
        return change(**arguments)

    monkeypatch.setattr(sqs, "change_message_visibility", watched)
    return found


@pytest.fixture
def log():
    """What the function has printed."""
    printed = io.StringIO()
    before = logger.registered_handler.setStream(printed)
    yield printed
    logger.registered_handler.setStream(before)


def dead(queues):
    """What was given up: each message's body and the reason."""
    answer = boto3.client("sqs").receive_message(
        QueueUrl=queues[1], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return [
        (json.loads(each["Body"]), each["MessageAttributes"]["reason"]["StringValue"])
        for each in answer.get("Messages", [])
    ]


def test_a_message_that_was_delivered_is_done(deliver, queues, pauses, site):
    site.pages["/hook"] = b"thanks"

    assert deliver() == []
    assert (pauses, dead(queues)) == ([], [])
    assert site.requests == ["/hook"]


def test_three_failures_are_tried_again_ever_later_and_the_fourth_is_given_up(
    deliver, queues, pauses, site, job
):
    reports = [deliver(attempt) for attempt in (1, 2, 3, 4)]

    assert reports == [[{"itemIdentifier": "message-1"}]] * 3 + [[]]
    assert pauses == [10, 60, 360]
    assert len(site.requests) == 4
    ((body, reason),) = dead(queues)
    assert body["detail"]["id"] == job.id
    assert reason == "the receiver returned 404"


def test_what_cannot_come_right_is_given_up_at_once_and_says_why(
    deliver, queues, pauses, site, log
):
    (secret,) = dependencies.secret_records().list_by_team("team")
    dependencies.secrets().delete(secret)

    assert deliver() == []
    ((_, reason),) = dead(queues)
    assert reason == "there is no secret named KEY"
    assert (pauses, site.requests) == ([], [])
    line = json.loads(log.getvalue())
    assert (line["level"], line["message"], line["reason"]) == ("ERROR", "given up", reason)


def test_a_receiver_that_is_the_stack_itself_is_not_asked(deliver, queues, site, monkeypatch):
    monkeypatch.setenv(names.ENV_OWN_PORTS, site.url.rpartition(":")[2])
    assert deliver() == []
    assert site.requests == []
    ((_, reason),) = dead(queues)
    assert reason == "url leads to an address of this installation itself, which is not allowed"


def test_private_addresses_are_refused_unless_the_function_is_told_otherwise(
    deliver, queues, site, monkeypatch
):
    for value in ("", "0", "true"):
        monkeypatch.setenv(names.ENV_ALLOW_PRIVATE_SOURCES, value)
        assert deliver() == []
    monkeypatch.delenv(names.ENV_ALLOW_PRIVATE_SOURCES)
    assert deliver() == []

    assert site.requests == []
    assert all("private" in reason for _, reason in dead(queues))


def test_a_fault_of_ours_is_left_to_the_queue(deliver, queues, monkeypatch):
    monkeypatch.setenv(names.ENV_TABLE, "no-such-table")

    with pytest.raises(ClientError):
        deliver()
    assert dead(queues) == []


def test_log_lines_name_the_job_and_no_secret(deliver, site, job, log, caplog):
    caplog.set_level("INFO")
    deliver()
    deliver(4)
    site.pages["/hook"] = b"thanks"
    deliver()

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    said = ["not delivered; will be retried", "given up", "delivered"]
    assert [line["message"] for line in lines] == said
    assert {line["job_id"] for line in lines} == {job.id}
    assert SECRET not in log.getvalue() + caplog.text


def test_each_end_of_a_message_is_counted(deliver, site, capsys):
    """As embedded metrics; an operator sees deliveries and what was given up."""
    site.pages["/hook"] = b"thanks"
    deliver()
    site.pages["/hook"] = lambda request: request.send_error(503)
    deliver(1)
    deliver(names.WEBHOOK_ATTEMPTS)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    counted = [entry["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for entry in printed]
    assert counted == ["WebhooksDelivered", "WebhooksPostponed", "WebhooksGivenUp"]
