"""Webhooks: delivery of queued events of ended jobs to the receivers of their webhooks.

A message is one event of the bus. It stays in the queue while there are attempts left, as counted
by SQS. After the last attempt, or an error that a retry cannot resolve, this function sends it to
the dead-letter queue with the reason. SQS itself moves a message there if it crashed this function
in as many attempts.
"""

import json
import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from intarsia import names
from intarsia.workflow.notifying import DeliveryError, Stores, notify, pause_after
from lambdas import dependencies

logger = Logger(service="webhooks")
metrics = Metrics(namespace=names.METRICS_NAMESPACE, service="webhooks")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Deliver each message of an SQS batch.

    Returns the ids of the messages to retry, in the format of `batchItemFailures`.
    """
    failed = [record["messageId"] for record in event["Records"] if not _is_done(record)]
    metrics.flush_metrics()
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_done(record: dict[str, Any]) -> bool:
    """Try once to deliver a message. Return False if it must be retried.

    Otherwise it was delivered, or sent to the dead-letter queue.
    """
    detail = json.loads(record["body"])["detail"]
    job_id = detail["id"]
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    about = {"job_id": job_id, "correlation_id": detail.get("rootId"), "attempt": attempt}
    try:
        code = notify(
            Stores(dependencies.jobs(), dependencies.renders(), dependencies.secrets()),
            job_id,
            origin=os.environ[names.ENV_PUBLIC_URL].rstrip("/"),
            allow_private=os.environ.get(names.ENV_ALLOW_PRIVATE_SOURCES) == "1",
        )
    except DeliveryError as error:
        if error.again and attempt < names.WEBHOOK_ATTEMPTS:
            logger.warning("not delivered; will be retried", **about, reason=str(error))
            _postpone(record, attempt)
            _count("WebhooksPostponed")
            return False
        _give_up(record, about, str(error))
        _count("WebhooksGivenUp")
        return True
    logger.info("delivered", **about, answered=code)
    _count("WebhooksDelivered")
    return True


def _count(name: str) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def _postpone(record: dict[str, Any], attempt: int) -> None:
    """Hide the message in the queue until the pause after this attempt is over.

    `attempt` counts from 1.
    """
    dependencies.client("sqs").change_message_visibility(
        QueueUrl=os.environ[names.ENV_WEBHOOKS_QUEUE],
        ReceiptHandle=record["receiptHandle"],
        VisibilityTimeout=pause_after(attempt, float(os.environ[names.ENV_WEBHOOKS_PAUSE])),
    )


def _give_up(record: dict[str, Any], about: dict[str, Any], reason: str) -> None:
    """Send the message to the dead-letter queue with `reason`.

    `about` are fields of the log line that reports it.
    """
    logger.error("given up", **about, reason=reason)
    dependencies.client("sqs").send_message(
        QueueUrl=os.environ[names.ENV_WEBHOOKS_DEAD_LETTERS],
        MessageBody=record["body"],
        MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
    )
