"""What follows the table's stream: every change of an item, in order, until it is dealt with."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

from stacks.acknowledge import acknowledge
from stacks.data import Data

BATCH = 100  # records a call
ATTEMPTS = 10


def follow(
    function: lambda_.Function,
    data: Data,
    dead_letters: sqs.IQueue,
    *,
    only: dict[str, Any],
    window: Duration | None = None,
) -> None:
    """Give `function` the changes that fit the filter `only`, gathered for as long as `window`.

    A shard of the stream has no more than two readers.
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
        "dynamodb:ListStreams, which the mapping insists on, and X-Ray's segments know no narrower "
        "resource.",
        "AwsSolutions-IAM5[Resource::*]",
    )
