"""The CloudWatch dashboard, with a section for each question of the operator."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.watch.metrics import (
    PERIOD,
    busy,
    messages,
    of_cluster,
    of_table,
    own,
    share_of_quota,
)
from stacks.watch.watched import Watched

WIDTH = 24  # columns of a dashboard, CloudWatch's unit of width
STAGES = ("Download", "Inject", "Render", "Verify", "Encode", "Upload")
COLOURS = {
    "good": "#2ca02c",
    "bad": "#d62728",
    "odd": "#ff7f0e",
    "cancelled": "#7f7f7f",
}

Row = list[cloudwatch.IWidget]
Metrics = Sequence[cloudwatch.IMetric]


class Dashboard(Construct):
    """Dashboard with one section per question of the operator: a heading and graphs."""

    def __init__(self, scope: Construct, construct_id: str, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=watched.settings.name,
            default_interval=Duration.hours(3),
            period_override=cloudwatch.PeriodOverride.AUTO,
            widgets=[
                *_section("Are jobs finishing?", *_ends(watched)),
                *_section("How long do they wait, inject, render, encode?", *_times()),
                *_section("What fails, and why?", *_failures(watched)),
                *_section("How many machines, how busy, at what cost?", *_machines(watched)),
                *_section("Are webhooks delivered?", *_webhooks(watched)),
                *_section("Is a limit near?", *_limits(watched)),
            ],
        )


def _section(question: str, *graphs: cloudwatch.IWidget) -> list[Row]:
    return [[cloudwatch.TextWidget(markdown=f"## {question}", width=WIDTH, height=1)], [*graphs]]


def _graph(
    title: str, metrics: Metrics, unit: str, *, width: int = 8, stacked: bool = False
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_y_axis=cloudwatch.YAxisProps(min=0, label=unit, show_units=False),
        stacked=stacked,
        width=width,
    )


def _coloured(metric: cloudwatch.Metric, colour: str) -> cloudwatch.IMetric:
    return metric.with_(color=COLOURS[colour])


def _ends(watched: Watched) -> Row:
    machine = watched.workflow.machine
    return [
        _graph(
            "Jobs ended",
            [
                _coloured(own("JobsFinished", "finished"), "good"),
                _coloured(own("JobsFailed", "failed"), "bad"),
                _coloured(own("JobsCancelled", "cancelled"), "cancelled"),
            ],
            "jobs",
        ),
        _graph(
            "Jobs submitted and finished",
            [
                own("JobsSubmitted", "submitted"),
                _coloured(own("JobsFinished", "finished"), "good"),
            ],
            "jobs",
        ),
        _graph(
            "Executions of the state machine",
            [
                machine.metric_started(period=PERIOD, label="started"),
                machine.metric_failed(period=PERIOD, label="failed"),
                machine.metric_timed_out(period=PERIOD, label="timed out"),
            ],
            "executions",
        ),
    ]


def _times() -> Row:
    return [
        _graph(
            "Waiting for a machine",
            [
                own("WaitSeconds", "median", "p50"),
                own("WaitSeconds", "90 %", "p90"),
                own("WaitSeconds", "longest", "Maximum"),
            ],
            "seconds",
        ),
        _graph(
            "Stages of a render, on average",
            [own(f"{stage}Seconds", stage.lower(), "Average") for stage in STAGES],
            "seconds",
            stacked=True,
        ),
        _graph(
            "From submission to output",
            [
                own("JobSeconds", "median", "p50"),
                own("JobSeconds", "90 %", "p90"),
                own("JobSeconds", "longest", "Maximum"),
            ],
            "seconds",
        ),
    ]


def _failures(watched: Watched) -> Row:
    return [
        _graph(
            "Failed jobs, by cause",
            [
                own("JobsFailedUser", "request"),
                own("JobsFailedConfiguration", "installation"),
                own("JobsFailedTransient", "lost machines"),
                own("JobsFailedChild", "failed child"),
            ],
            "jobs",
        ),
        _graph(
            "Lost and retried attempts",
            [_coloured(own("AttemptsLost", "attempts"), "odd")],
            "attempts",
        ),
        _graph(
            "Errors of functions",
            [
                function.metric_errors(period=PERIOD, label=_short(function.node.id))
                for function in watched.functions
            ],
            "errors",
        ),
    ]


def _machines(watched: Watched) -> Row:
    fleets = ["gpu", "linux"] if watched.settings.has_gpu else ["linux"]
    return [
        _graph(
            "Tasks and machines",
            [
                of_cluster(watched, "RunningTaskCount", "tasks running"),
                of_cluster(watched, "PendingTaskCount", "tasks pending"),
                of_cluster(watched, "ContainerInstanceCount", "GPU machines"),
            ],
            "number",
        ),
        _graph("Busy workers, on average", [busy(each, each) for each in fleets], "workers"),
        _graph(
            "Cost of jobs",
            [own("JobCost", "total"), own("JobCost", "average per job", "Average")],
            "US dollars",
        ),
    ]


def _webhooks(watched: Watched) -> Row:
    return [
        _graph(
            "Webhooks",
            [
                _coloured(own("WebhooksDelivered", "delivered", service="webhooks"), "good"),
                _coloured(own("WebhooksPostponed", "to be retried", service="webhooks"), "odd"),
                _coloured(own("WebhooksGivenUp", "given up", service="webhooks"), "bad"),
            ],
            "requests",
            width=12,
        ),
        _graph(
            "Dead letters (should be 0)",
            [messages(queue, what) for what, queue in watched.dead_letters.items()],
            "messages",
            width=12,
        ),
    ]


def _limits(watched: Watched) -> Row:
    http, machine = watched.api.http, watched.workflow.machine
    gpu = [
        share_of_quota("gpuVcpus", "EC2", "G/OnDemand", "GPU machines"),
        share_of_quota("gpuSpotVcpus", "EC2", "G/Spot", "GPU machines, Spot"),
    ]
    return [
        _graph(
            "vCPUs in use, share of the quota",
            [
                *(gpu if watched.settings.has_gpu else []),
                share_of_quota("taskVcpus", "Fargate", "Standard/OnDemand", "Fargate"),
                share_of_quota("taskSpotVcpus", "Fargate", "Standard/Spot", "Fargate Spot"),
            ],
            "percent",
            width=6,
        ),
        _graph(
            "Throttled",
            [
                *[
                    function.metric_throttles(period=PERIOD, label=_short(function.node.id))
                    for function in watched.functions
                ],
                machine.metric_throttled(period=PERIOD, label="state machine"),
                of_table(watched, "WriteThrottleEvents", "table"),
            ],
            "times",
            width=6,
        ),
        _graph(
            "Duration of functions (90 %)",
            [
                function.metric_duration(
                    period=PERIOD, statistic="p90", label=_short(function.node.id)
                )
                for function in watched.functions
            ],
            "milliseconds",
            width=6,
        ),
        _graph(
            "Responses of the API",
            [
                http.metric_count(period=PERIOD, label="all"),
                http.metric_client_error(period=PERIOD, label="client errors (4xx)"),
                http.metric_server_error(period=PERIOD, label="server errors (5xx)"),
            ],
            "responses",
            width=6,
        ),
    ]


def _short(construct_id: str) -> str:
    return construct_id.lower()
