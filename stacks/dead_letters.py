"""Queues of what could not be delivered, each kept until somebody has read why."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledge import acknowledge

ENCRYPTED_BY_SQS = (
    "SQS encrypts it with its own key, which the check does not count. Messages hold ids and "
    "statuses; a key of ours would have to be open to EventBridge and Lambda as well."
)
"""Why no queue has a key of ours."""


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """A queue that keeps messages for 14 days, the longest that SQS does."""
    queue = sqs.Queue(
        scope,
        construct_id,
        enforce_ssl=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        retention_period=Duration.days(14),
    )
    acknowledge(
        queue,
        "This is a dead-letter queue itself.",
        "AwsSolutions-SQS3",
        "Serverless-SQSRedrivePolicy",
    )
    acknowledge(queue, ENCRYPTED_BY_SQS, "CKV_AWS_27")
    return queue
