"""Webhooks: requests to clients' URLs when jobs have ended."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.api import Api
from stacks.data import Data
from stacks.dead_letters import ENCRYPTED_BY_SQS, dead_letter_queue
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.statements import EVERY_TEAM, allow, role_of

ENDED = ["finished", "error", "manually_cancelled"]
TIMEOUT = Duration.seconds(30)  # of the function; the request may take 10 of them
FIRST_PAUSE = 10  # seconds; the next are 60 and 360, long enough to deploy the receiver
CONCURRENCY = 20  # requests at a time, so that a slow receiver delays few others


class Webhooks(Construct):
    """A rule on the event bus, its SQS queue, and a function that sends a request per message."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        data: Data,
        bus: events.EventBus,
        api: Api,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letter_queue(self, "Undelivered")
        self.queue = self._queue(
            "Queue",
            # AWS recommends six times the timeout of the function that reads the queue.
            visibility_timeout=Duration.seconds(6 * TIMEOUT.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=names.WEBHOOK_ATTEMPTS
            ),
        )
        events.Rule(
            self,
            "Ended",
            description="A job with a webhook has ended",
            event_bus=bus,
            event_pattern=events.EventPattern(
                source=[names.EVENT_SOURCE],
                detail_type=[names.EVENT_JOB_STATUS],
                detail={"status": ENDED, "hasWebhook": [True]},
            ),
            targets=[targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters)],
        )
        self.function = self._function(functions, data, api)

    def _queue(self, construct_id: str, **properties: object) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            construct_id,
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            **properties,
        )
        acknowledge(queue, ENCRYPTED_BY_SQS, "CKV_AWS_27")
        return queue

    def _function(self, functions: FunctionMaker, data: Data, api: Api) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="webhooks",
                description="Sends the webhooks of jobs that have ended",
                timeout=TIMEOUT,
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_RENDERS_BUCKET: data.renders.bucket_name,
                    names.ENV_SECRETS_PREFIX: data.secrets_prefix,
                    names.ENV_PUBLIC_URL: api.origin,
                    names.ENV_WEBHOOKS_QUEUE: self.queue.queue_url,
                    names.ENV_WEBHOOKS_DEAD_LETTERS: self.dead_letters.queue_url,
                    names.ENV_WEBHOOKS_PAUSE: str(FIRST_PAUSE),
                    names.ENV_ALLOW_PRIVATE_SOURCES: "0",
                },
            ),
        )
        allow(function, data.table.table_arn, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        kept = data.renders.arn_for_objects("jobs/*/webhook.json")
        allow(function, kept, "s3:GetObject", why=EVERY_TEAM)
        # Without this right S3 answers 403, not 404, for a missing object.
        allow(function, data.renders.bucket_arn, "s3:ListBucket")
        allow(function, data.secret_arns, "secretsmanager:GetSecretValue", why=EVERY_TEAM)
        data.secrets_key.allow_reading(role_of(function))
        allow(function, self.dead_letters.queue_arn, "sqs:SendMessage")
        function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=1,  # receivers do not wait for each other
                max_concurrency=CONCURRENCY,
                report_batch_item_failures=True,
            )
        )
        acknowledge(
            function,
            "Failed messages return to the queue, whose redrive policy limits the retries.",
            "Serverless-LambdaEventSourceMappingDestination",
        )
        return function
