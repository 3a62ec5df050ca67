"""Publish: from the table's stream to the bus, so that no event is lost or invented."""

import json
import os
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from intarsia import names
from intarsia.workflow.publishing import Event, event_of
from lambdas import dependencies

PUT_EVENTS_LIMIT = 10  # entries in one PutEvents

logger = Logger(service="publish")
metrics = Metrics(namespace=names.METRICS_NAMESPACE, service="publish")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Turn stream records into events. Raises when the bus refuses one: the batch comes again."""
    events = list(_events(event["Records"]))
    for start in range(0, len(events), PUT_EVENTS_LIMIT):
        _put(events[start : start + PUT_EVENTS_LIMIT])
    _count(events)
    logger.info("published", events=len(events))
    return {"published": len(events)}


def _events(records: list[dict[str, Any]]) -> Iterator[Event]:
    for record in records:
        images = record["dynamodb"]
        found = event_of(images.get("OldImage"), images.get("NewImage"))
        if found is not None:
            yield found


def _count(events: list[Event]) -> None:
    counted = [pair for entry in events for pair in entry.metrics.items()]
    for name, value in counted:
        unit = MetricUnit.Seconds if name.endswith("Seconds") else MetricUnit.Count
        metrics.add_metric(name=name, unit=unit, value=value)
    if counted:
        metrics.flush_metrics()


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
        raise RuntimeError(f"the bus refused {answer['FailedEntryCount']} events")
