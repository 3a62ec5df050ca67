"""Checks of the stack itself, and of the parts that every installation has."""

from collections.abc import Iterator

import httpx

from intarsia.operating.deployed_stack import GOOD, DeployedStack
from intarsia.operating.findings import REVERT, Finding, finding


def status(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether the last deployment of the stack succeeded."""
    advice = "read the stack's events in CloudFormation, then deploy again"
    yield finding("stack", stack.status, stack.status in GOOD, advice)


def api(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: whether the API rejects a request without an API key with status 401.

    Raises httpx.HTTPError if there is no response.
    """
    url = f"{stack.outputs['ApiUrl']}/api/v2/jobs"
    code = httpx.get(url, timeout=30.0).status_code
    said = f"status {code} without a key"
    yield finding("API", said, code == 401, "401 is expected; read the API function's log")


def table(stack: DeployedStack) -> Iterator[Finding]:
    """Yield three findings: whether the table is active, has a stream, and is backed up."""
    client, name = stack.clients("dynamodb"), stack.outputs["TableName"]
    found = client.describe_table(TableName=name)["Table"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    streams = bool(found.get("StreamSpecification", {}).get("StreamEnabled"))
    yield finding(
        "table", found["TableStatus"], found["TableStatus"] == "ACTIVE", "wait for ACTIVE"
    )
    yield finding(
        "table's stream", "on" if streams else "off", streams, f"no event is sent; run `{REVERT}`"
    )
    yield finding(
        "point-in-time recovery",
        recovery,
        recovery == "ENABLED",
        f"no backup is kept; run `{REVERT}`",
    )


def functions(stack: DeployedStack) -> Iterator[Finding]:
    """Yield findings: how many Lambda functions exist, and which are missing or have failed."""
    found = stack.functions
    advice = f"run `{REVERT}`"
    yield finding("functions", f"{len(found)} found", bool(found), advice)
    for name in stack.ids("AWS::Lambda::Function"):
        if name not in found:
            yield Finding("functions", f"{name}: not found", advice)
        elif found[name].get("State") == "Failed":
            said = f"{name}: failed, {found[name].get('StateReason', 'no reason given by AWS')}"
            yield Finding("functions", said, "correct the cause, then deploy")
