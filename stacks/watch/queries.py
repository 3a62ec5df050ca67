"""Saved queries of CloudWatch Logs Insights, for questions about jobs and clients."""

from collections.abc import Sequence

from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.watch.watched import Watched

JOB = "PUT-A-JOB-ID-HERE"
"""Placeholder that the operator replaces with a job's id before running a query."""


class Queries(Construct):
    """Saved queries, in a folder of Logs Insights that has the installation's name."""

    def __init__(self, scope: Construct, construct_id: str, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        name = watched.settings.name
        functions = [f"/aws/lambda/{name}-{each.node.id.lower()}" for each in watched.functions]
        fleets = ["gpu", "linux"] if watched.settings.has_gpu else ["linux"]
        workers = [f"/{name}/workers/{fleet}" for fleet in fleets]
        self._folder = name
        self._save(
            "one job's tree, from the API to the worker",
            [*functions, *workers],
            f'filter correlation_id = "{JOB}" or job_id = "{JOB}" or @message like "{JOB}"',
            fields="@timestamp, @log, level, message, job_id, attempt, stage, @message",
            sort="@timestamp asc",
        )
        self._save(
            "errors of all functions",
            functions,
            'filter level = "ERROR" or @message like "Task timed out"',
            fields="@timestamp, @log, message, exception_name, job_id",
        )
        self._save(
            "why attempts failed, as the workers said it",
            workers,
            'filter message like "failed ("',
            fields="@timestamp, @log, job_id, attempt, message",
        )
        self._save(
            "webhooks that were not delivered",
            [f"/aws/lambda/{name}-webhooks"],
            'filter level in ["WARNING", "ERROR"]',
            fields="@timestamp, job_id, attempt, reason",
        )
        self._save(
            "slow answers of the API",
            [f"/{name}/api/access"],
            "filter latency > 2000",
            fields="@timestamp, method, route, status, latency, requestId",
            sort="latency desc",
        )

    def _save(
        self,
        name: str,
        groups: Sequence[str],
        condition: str,
        *,
        fields: str,
        sort: str = "@timestamp desc",
    ) -> None:
        logs.CfnQueryDefinition(
            self,
            name,
            name=f"{self._folder}/{name}",
            log_group_names=list(groups),
            query_string=f"fields {fields}\n| {condition}\n| sort {sort}\n| limit 1000",
        )
