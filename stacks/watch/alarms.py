"""CloudWatch alarms. Each requires an action of the operator: docs/operations.md."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.watch.metrics import PERIOD, messages, of_table, own
from stacks.watch.watched import Watched

LONG_WAIT = 1800  # seconds; as long as three boots of a Windows machine
MANY_LOST = 10  # attempts in five minutes, three times in a row
STREAM_BEHIND = 10 * 60_000  # milliseconds; the stream keeps records for a day
API_FAILURES = 5  # responses with a status of 5xx in five minutes
UNLABELLED = None
"""Label of the alarms' metrics: none.

With a label, the CDK makes a metric math alarm, which the emulator does not support.
"""


class Alarms(Construct):
    """The alarms. If `alarmEmail` is set, they notify the operator by e-mail through SNS."""

    def __init__(self, scope: Construct, construct_id: str, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        self._name = watched.settings.name
        email = watched.settings.alarm_email
        self._topic = self._make_topic(email) if email else None
        self._jobs()
        self._parts(watched)

    def _jobs(self) -> None:
        self._alarm(
            "installation",
            "Jobs fail because an image, a version or a permission of the installation is missing",
            own("JobsFailedConfiguration", UNLABELLED),
        )
        self._alarm(
            "machines-lost",
            "Jobs fail because every attempt lost its machine",
            own("JobsFailedTransient", UNLABELLED),
        )
        self._alarm(
            "attempts-lost",
            "Many attempts lose their machine and are retried",
            own("AttemptsLost", UNLABELLED),
            threshold=MANY_LOST,
            periods=3,
        )
        self._alarm(
            "long-wait",
            "One job in ten waits longer than half an hour for a machine",
            own("WaitSeconds", UNLABELLED, "p90"),
            threshold=LONG_WAIT,
            periods=3,
        )

    def _parts(self, watched: Watched) -> None:
        for function in watched.functions:
            name = function.node.id.lower()
            self._alarm(
                f"{name}-errors",
                f"The function {name} fails repeatedly",
                function.metric_errors(period=PERIOD),
                threshold=3,
            )
        self._alarm(
            "stream-behind",
            "Changes of the table reach the event bus late",
            next(each for each in watched.functions if each.node.id == "Publish").metric(
                "IteratorAge", period=PERIOD, statistic="Maximum"
            ),
            threshold=STREAM_BEHIND,
        )
        for what, queue in watched.dead_letters.items():
            self._alarm(
                f"dead-{what}",
                f"The dead-letter queue of {what} contains messages",
                messages(queue, UNLABELLED),
            )
        self._alarm(
            "executions-timed-out",
            "Executions reach their time limit",
            watched.workflow.machine.metric_timed_out(period=PERIOD),
        )
        self._alarm(
            "api-failing",
            "The API answers with 5xx",
            watched.api.http.metric_server_error(period=PERIOD, statistic="Sum"),
            threshold=API_FAILURES,
        )
        self._alarm(
            "table-throttled",
            "Writes to the table are throttled",
            of_table(watched, "WriteThrottleEvents", UNLABELLED),
            periods=3,
        )

    def _alarm(
        self,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float = 1,
        periods: int = 1,
    ) -> None:
        """Add an alarm for `metric` at or above `threshold` in `periods` consecutive periods."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._name}-{name}",
            alarm_description=f"{description}. What to do: docs/operations.md, {name}.",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
            alarm.add_ok_action(actions.SnsAction(self._topic))

    def _make_topic(self, email: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", topic_name=f"{self._name}-alarms", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        acknowledge(
            topic,
            "An e-mail that was not delivered is of no use later. CloudWatch keeps the alarm's "
            "state.",
            "Serverless-SNSRedrivePolicy",
        )
        acknowledge(
            topic,
            "A message contains only the name and values of an alarm, and is sent by e-mail.",
            "CKV_AWS_26",
        )
        # An explicit policy replaces the default one, which lets the account's alarms publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        return topic
