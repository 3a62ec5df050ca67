"""Publish: events on the bus and metrics in CloudWatch, from changes in the table's stream.

The stream is the only source of events, so no event is lost, and each one belongs to a stored
change.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from intarsia import names
from intarsia.workflow.measuring import metrics_of
from intarsia.workflow.publishing import Event, event_of
from lambdas import dependencies

PUT_EVENTS_LIMIT = 10  # entries in one PutEvents

logger = Logger(service="publish")
metrics = Metrics(namespace=names.METRICS_NAMESPACE, service="publish")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish an event for each status change in a batch of stream records.

    Returns `{"published": <number of events>}`. Raises RuntimeError if the bus rejects an event;
    Lambda then retries the whole batch, so events may be published twice.
    """
    records = [record["dynamodb"] for record in event["Records"]]
    events = list(_events(records))
    for start in range(0, len(events), PUT_EVENTS_LIMIT):
        _put(events[start : start + PUT_EVENTS_LIMIT])
    _count(records)
    for each in events:
        if "rootId" in each.detail:
            logger.info(
                "published",
                job_id=each.detail["id"],
                correlation_id=each.detail["rootId"],
                status=each.detail["status"],
            )
    return {"published": len(events)}


def _events(records: list[dict[str, Any]]) -> Iterator[Event]:
    for images in records:
        found = event_of(images.get("OldImage"), images.get("NewImage"))
        if found is not None:
            yield found


def _count(records: list[dict[str, Any]]) -> None:
    """Record the metrics of a batch of stream records for CloudWatch.

    Call it after publishing, so that a batch that the bus rejects is counted only when retried.
    """
    counted = [
        pair
        for images in records
        for pair in metrics_of(images.get("OldImage"), images.get("NewImage")).items()
    ]
    for name, value in counted:
        metrics.add_metric(name=name, unit=_unit(name), value=value)
    if counted:
        metrics.flush_metrics()


def _unit(name: str) -> MetricUnit:
    if name.endswith("Seconds"):
        return MetricUnit.Seconds
    return MetricUnit.NoUnit if name == "JobCost" else MetricUnit.Count


def _put(events: list[Event]) -> None:
    answer = dependencies.client("events").put_events(
        Entries=[
            {
                "EventBusName": os.environ[names.ENV_BUS],
                "Source": names.EVENT_SOURCE,
                "DetailType": entry.kind,
                "Detail": json.dumps(entry.detail),
            }
            for entry in events
        ]
    )
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the event bus rejected {answer['FailedEntryCount']} events")
