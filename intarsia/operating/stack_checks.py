"""Reads of a deployed stack that say whether it is well, and what to do where it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from intarsia.domain.ids import timestamp
from intarsia.names import INDEX_ACTIVE

Clients = Callable[[str], Any]
OLD = timedelta(days=1)
LAMBDA_CONCURRENCY = 100
"""Calls at once below which a busy day is throttled; a new account may have 10."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    said: str
    advice: str = ""
    """What to do; empty: nothing, it is well."""


class DeployedStack:
    """What CloudFormation knows of a stack. Raises ClientError when there is none."""

    def __init__(self, clients: Clients, name: str) -> None:
        self.clients = clients
        client = clients("cloudformation")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        self.name = name
        self.status = str(stack["StackStatus"])
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        self.parameters = {
            each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])
        }
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        self._resources = [each for page in pages for each in page["StackResourceSummaries"]]

    def ids(self, kind: str, part: str = "") -> list[str]:
        """Physical ids of its resources of a type whose logical id has `part` in it."""
        return [
            each["PhysicalResourceId"]
            for each in self._resources
            if each["ResourceType"] == kind and part in each["LogicalResourceId"]
        ]


def examine(stack: DeployedStack, now: datetime | None = None) -> Iterator[Finding]:
    """All findings, one after the other; what cannot be read is one too."""
    before = (now or datetime.now(UTC)) - OLD
    checks: dict[str, Callable[[DeployedStack], Iterator[Finding]]] = {
        "stack": _status,
        "API": _api,
        "table": _table,
        "functions": _functions,
        "Windows image": _images,
        "dead letters": _dead_letters,
        "jobs": lambda each: _old_jobs(each, before),
        "alarms": _alarms,
        "quotas": _quotas,
    }
    for what, check in checks.items():
        try:
            yield from check(stack)
        except (ClientError, BotoCoreError, httpx.HTTPError) as error:
            yield Finding(what, f"cannot be read: {error}", "is this the right account and role?")


def _finding(what: str, said: str, good: bool, advice: str) -> Finding:
    return Finding(what, said, "" if good else advice)


def _status(stack: DeployedStack) -> Iterator[Finding]:
    good = stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    yield _finding("stack", stack.status, good, "read its events in CloudFormation, deploy again")


def _api(stack: DeployedStack) -> Iterator[Finding]:
    url = f"{stack.outputs['ApiUrl']}/api/v2/jobs"
    status = httpx.get(url, timeout=30.0).status_code
    # Without a key it must refuse.
    yield _finding("API", f"{status} without a key", status == 401, "read the API function's log")


def _table(stack: DeployedStack) -> Iterator[Finding]:
    client, name = stack.clients("dynamodb"), stack.outputs["TableName"]
    table = client.describe_table(TableName=name)["Table"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    streams = bool(table.get("StreamSpecification", {}).get("StreamEnabled"))
    yield _finding("table", table["TableStatus"], table["TableStatus"] == "ACTIVE", "wait")
    yield _finding(
        "table's stream", "on" if streams else "off", streams, "deploy again: no event is sent"
    )
    yield _finding(
        "point-in-time recovery", recovery, recovery == "ENABLED", "deploy again: no backup is kept"
    )


def _functions(stack: DeployedStack) -> Iterator[Finding]:
    names = stack.ids("AWS::Lambda::Function")
    client = stack.clients("lambda")
    states = {name: client.get_function_configuration(FunctionName=name) for name in names}
    bad = [name for name, each in states.items() if each.get("State", "Active") == "Failed"]
    said = f"{len(names)} are there" + (f", failed: {', '.join(bad)}" if bad else "")
    yield _finding("functions", said, bool(names) and not bad, "deploy again")


def _images(stack: DeployedStack) -> Iterator[Finding]:
    tag = stack.parameters.get("WindowsImageTag")
    for repository in stack.ids("AWS::ECR::Repository", "Windows") if tag else []:
        try:
            stack.clients("ecr").describe_images(
                repositoryName=repository, imageIds=[{"imageTag": tag}]
            )
            yield Finding("Windows image", f"{repository}:{tag}")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ImageNotFoundException":
                raise
            yield Finding(
                "Windows image", f"no {repository}:{tag}", "push it: docs/windows.md says how"
            )


def _dead_letters(stack: DeployedStack) -> Iterator[Finding]:
    """Every queue but those that have dead letters themselves."""
    for url in stack.ids("AWS::SQS::Queue"):
        attributes = stack.clients("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "RedrivePolicy"]
        )["Attributes"]
        if "RedrivePolicy" in attributes:
            continue
        count = int(attributes["ApproximateNumberOfMessages"])
        name = url.rpartition("/")[2]
        yield _finding(
            "dead letters",
            f"{count} in {name}",
            count == 0,
            "read why, mend it, and redrive them: docs/operations.md",
        )


def _alarms(stack: DeployedStack) -> Iterator[Finding]:
    ours = set(stack.ids("AWS::CloudWatch::Alarm"))
    pages = stack.clients("cloudwatch").get_paginator("describe_alarms").paginate(
        StateValue="ALARM"
    )  # fmt: skip
    raised = [
        each["AlarmName"]
        for page in pages
        for each in page["MetricAlarms"]
        if each["AlarmName"] in ours
    ]
    said = ", ".join(raised) or f"none of {len(ours)} is raised"
    yield _finding("alarms", said, not raised, "docs/operations.md has a line for each")


def _quotas(stack: DeployedStack) -> Iterator[Finding]:
    wanted = [("lambda", "L-B99A9384", "Lambda calls at once", LAMBDA_CONCURRENCY)]
    if stack.ids("AWS::AutoScaling::AutoScalingGroup"):
        wanted.append(("ec2", "L-DB2E81BA", "vCPUs of G instances", 8))
    for service, code, what, least in wanted:
        answer = stack.clients("service-quotas").get_service_quota(
            ServiceCode=service, QuotaCode=code
        )
        value = answer["Quota"]["Value"]
        yield _finding(
            f"quota: {what}", f"{value:g}", value >= least, f"ask for more: docs/day-two.md, {code}"
        )


def _old_jobs(stack: DeployedStack, before: datetime) -> Iterator[Finding]:
    pages = stack.clients("dynamodb").get_paginator("scan").paginate(
        TableName=stack.outputs["TableName"],
        IndexName=INDEX_ACTIVE,
        FilterExpression="created < :before",
        ExpressionAttributeValues={":before": {"S": timestamp(before)}},
        Select="COUNT",
    )  # fmt: skip
    count = sum(page["Count"] for page in pages)
    yield _finding(
        "jobs", f"{count} not ended after a day", count == 0, "cancel them, or read their logs"
    )
