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
    """Return a metric recorded by our function `service`, which is its only dimension."""
    return cloudwatch.Metric(
        namespace=names.METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        statistic=statistic,
        period=PERIOD,
        label=label,
    )


def busy(fleet: str, label: str) -> cloudwatch.MathExpression:
    """Return a fleet's average number of busy workers: their seconds per elapsed second.

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
    """Return the maximum of a Container Insights metric of the cluster."""
    return cloudwatch.Metric(
        namespace="ECS/ContainerInsights",
        metric_name=name,
        dimensions_map={"ClusterName": watched.fleet.cluster.cluster_name},
        statistic="Maximum",
        period=PERIOD,
        label=label,
    )


def of_table(watched: Watched, name: str, label: str | None) -> cloudwatch.Metric:
    """Return the sum of a DynamoDB metric of the table."""
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map={"TableName": watched.data.table.table_name},
        statistic="Sum",
        period=PERIOD,
        label=label,
    )


def messages(queue: sqs.IQueue, label: str | None) -> cloudwatch.Metric:
    """Return the number of visible messages in a queue."""
    return queue.metric_approximate_number_of_messages_visible(
        period=PERIOD, statistic="Maximum", label=label
    )


def share_of_quota(key: str, service: str, kind: str, label: str) -> cloudwatch.MathExpression:
    """Return the percentage of one of the account's vCPU quotas that is in use.

    `key` is the metric's id in the expression. The dimensions are those of EC2's and Fargate's
    usage metrics:
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
