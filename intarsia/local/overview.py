"""Snapshot of the jobs and tasks of a local stack that another process runs."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from intarsia.domain.states import Status
from intarsia.local.claim import Holder
from intarsia.local.clients import Clients
from intarsia.local.deploy import deployment
from intarsia.local.errors import LocalStackError
from intarsia.names import JOB_ITEMS


@dataclass(frozen=True)
class Overview:
    """A snapshot of a running local stack."""

    jobs: dict[Status, int]
    """Number of jobs by status; statuses without jobs are left out."""
    tasks: int
    """Number of render tasks that run or wait for a free core."""


def overview(state: Path, holder: Holder) -> Overview:
    """Return a snapshot of the stack that `holder` runs from the state folder `state`.

    Raises LocalStackError if the stack is still starting.
    """
    if holder.endpoint is None:
        raise LocalStackError(
            f"the local stack (process {holder.pid}) is still starting; try again in a few seconds"
        )
    clients = Clients.of(state, holder.endpoint)
    outputs = deployment(clients).outputs
    tasks = clients("ecs").get_paginator("list_tasks").paginate(cluster=outputs["ClusterName"])
    return Overview(
        jobs=_jobs(clients, outputs["TableName"]),
        tasks=sum(len(page["taskArns"]) for page in tasks),
    )


def _jobs(clients: Clients, table: str) -> dict[Status, int]:
    # A scan is cheap enough: a laptop's table is small, and the command is rare.
    pages = (
        clients("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=table,
            FilterExpression="begins_with(pk, :job) AND sk = :meta",
            ExpressionAttributeValues={":job": {"S": JOB_ITEMS}, ":meta": {"S": "META"}},
            ProjectionExpression="#status",
            ExpressionAttributeNames={"#status": "status"},
        )
    )
    found = Counter(Status(item["status"]["S"]) for page in pages for item in page["Items"])
    return {status: found[status] for status in Status if found[status]}
