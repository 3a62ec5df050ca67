"""Consumers of the table's stream: functions that receive each item's changes in order."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

from stacks.acknowledge import acknowledge
from stacks.data import Data

BATCH = 100  # records per call
ATTEMPTS = 10


def follow(
    function: lambda_.Function,
    data: Data,
    dead_letters: sqs.IQueue,
    *,
    only: dict[str, Any],
    window: Duration | None = None,
) -> None:
    """Invoke `function` with the changes in the table's stream that match the filter `only`.

    Changes are collected into batches for up to `window`; None: they are sent immediately. A failed
    batch is split and retried up to ATTEMPTS times. After that, its position in the stream is sent
    to `dead_letters`. A shard of the stream supports at most two consumers.
    """
    function.add_event_source(
        sources.DynamoEventSource(
            data.table,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=BATCH,
            max_batching_window=window,
            bisect_batch_on_error=True,
            retry_attempts=ATTEMPTS,
            on_failure=sources.SqsDlq(dead_letters),
            filters=[lambda_.FilterCriteria.filter(only)],
        )
    )
    acknowledge(
        function.role,
        "dynamodb:ListStreams, which the mapping requires, and X-Ray's segments support no "
        "narrower resource.",
        "AwsSolutions-IAM5[Resource::*]",
    )
