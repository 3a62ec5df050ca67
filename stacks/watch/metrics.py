"""CloudWatch metrics for the dashboard and the alarms.

In all functions, `label` is the metric's name in a graph. None stands for no label.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from intarsia import names
from stacks.watch.watched import Watched

PERIOD = Duration.minutes(5)
"""Time over which each metric is aggregated to one value."""


def own(
    name: str, label: str | None, statistic: str = "Sum", service: str = "publish"
) -> cloudwatch.Metric:
    """Return the metric `name` that our Lambda function `service` records.

    `service` is the metric's only dimension. `label` is its name in a graph; None: no label.
    `statistic` is CloudWatch's, such as `Sum` or `p90`.
    """
    return cloudwatch.Metric(
        namespace=names.METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        statistic=statistic,
        period=PERIOD,
        label=label,
    )


def busy(fleet: str, label: str) -> cloudwatch.MathExpression:
    """Return a fleet's average number of busy workers: seconds of work per elapsed second.

    All seconds of a job are counted at the time when it finishes.
    """
    seconds = f"{fleet}Seconds"
    return cloudwatch.MathExpression(
        expression=f"{seconds} / PERIOD({seconds})",
        using_metrics={seconds: own(f"{fleet.capitalize()}BusySeconds", label)},
        period=PERIOD,
        label=label,
    )


def of_cluster(watched: Watched, name: str, label: str) -> cloudwatch.Metric:
    """Return the maximum of `name`, a Container Insights metric of the ECS cluster."""
    return cloudwatch.Metric(
        namespace="ECS/ContainerInsights",
        metric_name=name,
        dimensions_map={"ClusterName": watched.fleet.cluster.cluster_name},
        statistic="Maximum",
        period=PERIOD,
        label=label,
    )


def of_table(watched: Watched, name: str, label: str | None) -> cloudwatch.Metric:
    """Return the sum of `name`, a DynamoDB metric of the table. `label` is its name in a graph."""
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map={"TableName": watched.data.table.table_name},
        statistic="Sum",
        period=PERIOD,
        label=label,
    )


def messages(queue: sqs.IQueue, label: str | None) -> cloudwatch.Metric:
    """Return the metric of the number of messages in a queue that can be received."""
    return queue.metric_approximate_number_of_messages_visible(
        period=PERIOD, statistic="Maximum", label=label
    )


def share_of_quota(key: str, service: str, kind: str, label: str) -> cloudwatch.MathExpression:
    """Return the metric of the used percentage of one of the account's vCPU quotas.

    `service` and `kind` are the dimensions Service and Class of EC2's and Fargate's usage metrics.
    `key` is the id of the usage metric in the expression.
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
