"""One page that says whether renders come through, and where not."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from intarsia import names
from stacks.api import Api
from stacks.events import Events
from stacks.fleet import Fleet
from stacks.settings import Settings
from stacks.webhooks import Webhooks
from stacks.workflow import Workflow

PERIOD = Duration.minutes(5)


class Dashboard(Construct):
    """Jobs, executions, functions, API, tasks, and what could not be published or delivered."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        api: Api,
        workflow: Workflow,
        events: Events,
        webhooks: Webhooks,
        fleet: Fleet,
        functions: list[lambda_.Function],
    ) -> None:
        super().__init__(scope, construct_id)
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=settings.name,
            default_interval=Duration.hours(3),
            period_override=cloudwatch.PeriodOverride.AUTO,
            widgets=[
                [
                    _graph(
                        "Jobs ended", *_jobs("Sum", "JobsFinished", "JobsFailed", "JobsCancelled")
                    ),
                    _graph(
                        "Seconds of a render, and of its wait (90 %)",
                        *_jobs("p90", "RenderSeconds", "QueueSeconds"),
                    ),
                    _graph(
                        "Executions",
                        workflow.machine.metric_started(period=PERIOD),
                        workflow.machine.metric_failed(period=PERIOD),
                        workflow.machine.metric_timed_out(period=PERIOD),
                    ),
                ],
                [
                    _graph(
                        "Function errors",
                        *[each.metric_errors(period=PERIOD) for each in functions],
                    ),
                    _graph(
                        "Milliseconds of a function (90 %)",
                        *[
                            each.metric_duration(period=PERIOD, statistic="p90")
                            for each in functions
                        ],
                    ),
                    _graph("Tasks running", _tasks(fleet, "RunningTaskCount")),
                ],
                [
                    _graph(
                        "API answers",
                        api.http.metric_count(period=PERIOD),
                        api.http.metric_client_error(period=PERIOD),
                        api.http.metric_server_error(period=PERIOD),
                    ),
                    _graph(
                        "Milliseconds of an API answer (90 %)",
                        api.http.metric_latency(period=PERIOD, statistic="p90"),
                    ),
                    _graph(
                        "Unpublished changes, undelivered webhooks",
                        *[
                            each.dead_letters.metric_approximate_number_of_messages_visible(
                                period=PERIOD
                            )
                            for each in (events, webhooks)
                        ],
                    ),
                ],
            ],
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)


def _jobs(statistic: str, *metric_names: str) -> list[cloudwatch.IMetric]:
    return [
        cloudwatch.Metric(
            namespace=names.METRICS_NAMESPACE,
            metric_name=name,
            # The function that counts them, which its metrics library adds.
            dimensions_map={"service": "publish"},
            statistic=statistic,
            period=PERIOD,
        )
        for name in metric_names
    ]


def _tasks(fleet: Fleet, name: str) -> cloudwatch.IMetric:
    return cloudwatch.Metric(
        namespace="ECS/ContainerInsights",
        metric_name=name,
        dimensions_map={"ClusterName": fleet.cluster.cluster_name},
        statistic="Maximum",
        period=PERIOD,
    )
