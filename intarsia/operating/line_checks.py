"""Checks of the admission queues, and of jobs that do not end."""

from collections.abc import Iterator
from datetime import timedelta

from ulid import ULID

from intarsia.domain.admission import FLEETS
from intarsia.domain.ids import timestamp
from intarsia.names import ENV_GPU_DEPTH, ENV_LINUX_DEPTH, INDEX_ACTIVE
from intarsia.operating.deployed_stack import DeployedStack
from intarsia.operating.findings import Finding, finding
from intarsia.storage.admission import AdmissionRepository

OLD = timedelta(days=1)
LONG = timedelta(hours=1)
STANDSTILL = timedelta(minutes=15)
"""Longest normal wait of a tree while nothing renders.

The janitor, which runs every five minutes, would have admitted the tree by then.
"""

DEPTHS = {"gpu": ENV_GPU_DEPTH, "linux": ENV_LINUX_DEPTH}


def lines(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding per fleet: how many trees wait in its queue, since when, and its load.

    The load is the number of admitted renders, compared with the fleet's depth.
    """
    repository = AdmissionRepository(stack.clients("dynamodb"), stack.outputs["TableName"])
    for fleet in FLEETS:
        line = repository.read(fleet)
        waiting = [tree.root_id for team in line.teams for tree in repository.waiting(fleet, team)]
        busy = sum(line.under_way.values())
        depth = stack.setting(DEPTHS[fleet])
        said = f"waiting trees: {len(waiting)}; admitted renders: {busy} of {depth or '?'}"
        what, advice = f"admission queue: {fleet}", ""
        if waiting:
            # A ULID begins with its creation time: the smallest is the oldest.
            since = ULID.from_str(min(waiting)).datetime
            said += f"; oldest tree: {since:%Y-%m-%d %H:%M} UTC"
            if not busy and stack.now - since > STANDSTILL:
                advice = "nothing is admitted: read the logs of the admit and janitor functions"
            elif stack.now - since > LONG:
                advice = f"add machines and quota, or raise {fleet}Depth: docs/scale.md"
        yield Finding(what, said, advice)


def old_jobs(stack: DeployedStack) -> Iterator[Finding]:
    """Yield a finding: how many jobs have not ended within a day, longer than a render may take."""
    pages = stack.clients("dynamodb").get_paginator("scan").paginate(
        TableName=stack.outputs["TableName"],
        IndexName=INDEX_ACTIVE,
        FilterExpression="created < :before",
        ExpressionAttributeValues={":before": {"S": timestamp(stack.now - OLD)}},
        Select="COUNT",
    )  # fmt: skip
    count = sum(page["Count"] for page in pages)
    yield finding(
        "jobs", f"{count} unfinished after a day", count == 0, "cancel them, or read their logs"
    )
