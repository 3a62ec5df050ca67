"""What happens to a job is told on the bus: every change once, none invented."""

import json
import time
from collections import defaultdict

import pytest

from intarsia.names import EVENT_JOB_STATUS, EVENT_SOURCE


@pytest.fixture
def queue(stack):
    """A queue that gets every job event, through a rule as an operator would add it."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    bus = stack.deployment.outputs["BusName"]
    pattern = {"source": [EVENT_SOURCE], "detail-type": [EVENT_JOB_STATUS]}
    events.put_rule(Name="told", EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule="told",
        EventBusName=bus,
        Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}],
    )
    yield url
    events.remove_targets(Rule="told", EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name="told", EventBusName=bus)
    sqs.delete_queue(QueueUrl=url)


def told(stack, url, jobs):
    """The statuses told of each job, once each job's last one has come."""
    seen = defaultdict(list)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        answer = stack.client("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in answer.get("Messages", []):
            detail = json.loads(message["Body"])["detail"]
            seen[detail["id"]].append((detail["previousStatus"], detail["status"]))
            stack.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if all(any(after == job["status"] for _, after in seen[job["id"]]) for job in jobs):
            return seen
    raise TimeoutError(dict(seen))


def test_each_change_of_each_job_is_told_once(stack, queue, job, finish):
    parent, child = jobs = finish(job("finish", job()))

    seen = told(stack, queue, jobs)

    assert sorted(seen[child["id"]], key=str) == sorted(
        [(None, "queued"), ("queued", "render:dorender"), ("render:dorender", "finished")], key=str
    )
    assert sorted(seen[parent["id"]], key=str) == sorted(
        [
            (None, "pending"),
            ("pending", "queued"),
            ("queued", "render:dorender"),
            ("render:dorender", "finished"),
        ],
        key=str,
    )
