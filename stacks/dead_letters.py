"""Dead-letter queues of messages that could not be delivered."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledge import acknowledge

ENCRYPTED_BY_SQS = (
    "SQS encrypts it with its own key, which the check does not accept. Messages contain ids and "
    "statuses. A customer key would also have to allow EventBridge and Lambda."
)
"""Reason, for checkov, why no SQS queue is encrypted with a KMS key of ours."""


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """Create an encrypted dead-letter queue. It keeps messages for 14 days, the maximum of SQS."""
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
