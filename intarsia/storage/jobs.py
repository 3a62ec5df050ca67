"""Jobs in the table, with conditional status writes.

A late, duplicate or orphaned writer therefore changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.ids import now, timestamp
from intarsia.domain.jobs import Failure, Job
from intarsia.domain.states import Status
from intarsia.names import INDEX_ACTIVE, INDEX_BY_TEAM, JOB_ITEMS
from intarsia.storage.items import attribute, from_item, to_item
from intarsia.storage.reading import items_at
from intarsia.storage.updates import Update

TRANSACTION_LIMIT = 100  # actions in one TransactWriteItems

_ROOT, _CHILD = "root", "child"
"""Values of the attribute `active`, which only jobs that have not ended have."""


class JobRepository:
    """Jobs of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    # Reading

    def get(self, job_id: str) -> Job | None:
        """Return a job by a consistent read, or None if there is none with this id."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(job_id), ConsistentRead=True
        ).get("Item")
        return from_item(Job, item) if item else None

    def get_many(self, job_ids: Sequence[str]) -> list[Job]:
        """Return the jobs that exist among `job_ids`, in that order, by consistent reads."""
        items = items_at(self._client, self._table, [_key(job_id) for job_id in job_ids])
        jobs = [from_item(Job, item) for item in items]
        found = {job.id: job for job in jobs}
        return [found[job_id] for job_id in job_ids if job_id in found]

    def list_by_team(self, team_id: str, *, newest_first: bool = False) -> Iterator[Job]:
        """Yield a team's jobs, by default oldest first, reading pages as the caller iterates."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_BY_TEAM,
            KeyConditionExpression="team = :team",
            ExpressionAttributeValues={":team": attribute(_team(team_id))},
            ScanIndexForward=not newest_first,
        )
        for page in pages:
            yield from (from_item(Job, item) for item in page["Items"])

    def active_roots(self) -> list[Job]:
        """Return the roots that have not ended, oldest first."""
        found = self.get_many(
            [row["pk"]["S"].removeprefix(JOB_ITEMS) for row in self._active(_ROOT)]
        )
        return [job for job in found if not job.status.terminal]  # the index may lag

    def active_with_template(self, team_id: str, template_id: str) -> bool:
        """Return whether a job that has not ended renders this template."""
        return self._any_active(team_id, "template_id = :wanted", template_id)

    def active_with_font(self, team_id: str, font_id: str) -> bool:
        """Return whether a job that has not ended uses this font."""
        return self._any_active(team_id, "contains(font_ids, :wanted)", font_id)

    def trees(self, roots: Sequence[Job]) -> list[Job]:
        """Return `roots` and all their descendants, each job before its children."""
        found, level = list(roots), list(roots)
        while level := self.get_many([child for job in level for child in job.children]):
            found += level
        return found

    def _any_active(self, team_id: str, condition: str, wanted: str) -> bool:
        values = {":team_id": team_id, ":wanted": wanted}
        filtered = {"FilterExpression": f"team_id = :team_id AND {condition}"}
        return any(
            next(self._active(place, values, **filtered), None) is not None
            for place in (_ROOT, _CHILD)
        )

    def _active(
        self, place: str, values: dict[str, str] | None = None, **filtered: str
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of the index of jobs that have not ended: keys and constant attributes.

        `place` is _ROOT or _CHILD. `filtered` holds further arguments of DynamoDB's Query, and
        `values` the values of their placeholders.
        """
        given = {":active": place} | (values or {})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_ACTIVE,
            KeyConditionExpression="active = :active",
            ExpressionAttributeValues={name: attribute(value) for name, value in given.items()},
            **filtered,
        )
        for page in pages:
            yield from page["Items"]

    # Creating

    def create(self, jobs: Sequence[Job]) -> None:
        """Store all jobs of new trees.

        `jobs` lists in each tree the children before their parents and the root last. A tree that
        is within one transaction (TRANSACTION_LIMIT jobs) appears as a whole. Any other tree is
        unreachable until its root is stored. If a transaction fails, the stored jobs are deleted
        and botocore's ClientError is raised.
        """
        written: list[Job] = []
        try:
            for start in range(0, len(jobs), TRANSACTION_LIMIT):
                chunk = jobs[start : start + TRANSACTION_LIMIT]
                self._client.transact_write_items(
                    TransactItems=[
                        {
                            "Put": {
                                "TableName": self._table,
                                "Item": _item(job),
                                "ConditionExpression": "attribute_not_exists(pk)",
                            }
                        }
                        for job in chunk
                    ]
                )
                written.extend(chunk)
        except ClientError:
            for job in written:
                self._client.delete_item(TableName=self._table, Key=_key(job.id))
            raise

    # The workflow's writes; each returns whether it changed anything

    def promote(self, job_id: str) -> bool:
        """Move a job from pending to queued. Returns False if the job is not pending.

        Its manifest, with the slots filled, must already be stored at the job's own key.
        """
        update = self._update().move_to(Status.QUEUED, only_from=[Status.PENDING])
        return self._try(job_id, update.remove("manifest"))

    def requeue(self, job_id: str, attempt: int, *, lost: bool) -> bool:
        """End `attempt` of a job and queue the job for the next attempt.

        `lost` counts `attempt` as lost. Rendered pieces are kept. Returns False, without a change,
        if the job has ended or `attempt` is not its current one.
        """
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.set(status=Status.QUEUED.value, attempt=attempt + 1, progress=0)
        if lost:
            update.add(lost_attempts=1)
        return self._try(job_id, update.remove("verdict", "stage"))

    def fail(self, job_id: str, failure: Failure) -> bool:
        """End a job as `error`. Returns False if the job has ended already."""
        update = self._update().move_to(Status.ERROR)
        update.set(failure=failure, error_at=timestamp(now()))
        return self._try(job_id, update.remove("stage", "active"))

    def cancel(self, job_id: str, failure: Failure, *, rendering: bool = False) -> Job | None:
        """End a job as `manually_cancelled`; a rendering job only if `rendering` is True.

        `failure` is the reason to record. Returns the updated job, or None if the job was in no
        status that can be cancelled.
        """
        statuses = [Status.PENDING, Status.QUEUED] + [Status.RENDERING] * rendering
        update = self._update().move_to(Status.CANCELLED, only_from=statuses)
        return self._write(job_id, update.set(failure=failure).remove("stage", "active"))

    def next_run(self, job_id: str, run: int) -> bool:
        """Claim the restart of a job's execution as `run` + 1. Returns False if another caller did.

        `run` counts the restarts of the execution, from 0.
        """
        update = self._update().where("run = :old_run", old_run=run).set(run=run + 1)
        return self._try(job_id, update)

    def _update(self) -> Update:
        return Update().set(updated_at=timestamp(now()))

    def _try(self, job_id: str, update: Update) -> bool:
        return self._write(job_id, update) is not None

    def _write(self, job_id: str, update: Update) -> Job | None:
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(job_id),
                ReturnValues="ALL_NEW",
                **update.arguments(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise
        return from_item(Job, answer["Attributes"])


def _item(job: Job) -> dict[str, Any]:
    return to_item(
        job,
        pk=f"{JOB_ITEMS}{job.id}",
        sk="META",
        team=_team(job.team_id),
        created=f"{timestamp(job.created_at)}#{job.id}",
        active=_ROOT if job.parent_id is None else _CHILD,
    )


def _key(job_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"{JOB_ITEMS}{job_id}"), "sk": attribute("META")}


def _team(team_id: str) -> str:
    return f"TEAM#{team_id}#JOBS"
