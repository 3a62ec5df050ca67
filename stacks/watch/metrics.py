"""The metrics that the dashboard shows and the alarms watch."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from intarsia import names
from stacks.watch.watched import Watched

PERIOD = Duration.minutes(5)


def own(
    name: str, label: str | None, statistic: str = "Sum", service: str = "publish"
) -> cloudwatch.Metric:
    """One that a function of ours counts; `service` is which, the metric's only dimension."""
    return cloudwatch.Metric(
        namespace=names.METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        statistic=statistic,
        period=PERIOD,
        label=label,
    )


def busy(fleet: str, label: str) -> cloudwatch.MathExpression:
    """How many workers of a fleet were at work on average: their seconds by those that passed.

    A job's seconds are counted when it has finished.
    """
    seconds = f"{fleet}Seconds"
    return cloudwatch.MathExpression(
        expression=f"{seconds} / PERIOD({seconds})",
        using_metrics={seconds: own(f"{fleet.capitalize()}BusySeconds", label)},
        period=PERIOD,
        label=label,
    )


def of_cluster(watched: Watched, name: str, label: str) -> cloudwatch.Metric:
    """One of Container Insights."""
    return cloudwatch.Metric(
        namespace="ECS/ContainerInsights",
        metric_name=name,
        dimensions_map={"ClusterName": watched.fleet.cluster.cluster_name},
        statistic="Maximum",
        period=PERIOD,
        label=label,
    )


def of_table(watched: Watched, name: str, label: str | None) -> cloudwatch.Metric:
    """One of the table's."""
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map={"TableName": watched.data.table.table_name},
        statistic="Sum",
        period=PERIOD,
        label=label,
    )


def messages(queue: sqs.IQueue, label: str | None) -> cloudwatch.Metric:
    """How many lie in a queue."""
    return queue.metric_approximate_number_of_messages_visible(
        period=PERIOD, statistic="Maximum", label=label
    )


def share_of_quota(key: str, service: str, kind: str, label: str) -> cloudwatch.MathExpression:
    """Percent of the account's quota of vCPUs that is in use.

    The dimensions are those in which EC2 and Fargate report their use:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
    """
    used = cloudwatch.Metric(
        namespace="AWS/Usage",
        metric_name="ResourceCount",
        dimensions_map={"Service": service, "Type": "Resource", "Resource": "vCPU", "Class": kind},
        statistic="Maximum",
        period=PERIOD,
    )
    return cloudwatch.MathExpression(
        expression=f"100 * {key} / SERVICE_QUOTA({key})",
        using_metrics={key: used},
        period=PERIOD,
        label=label,
    )
