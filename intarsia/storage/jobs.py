"""Jobs in the table. Every status write is conditional: a late, doubled or orphaned writer
changes nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.ids import now, timestamp
from intarsia.domain.jobs import Failure, Job, Output
from intarsia.domain.pieces import DrawnPiece
from intarsia.domain.states import Stage, Status
from intarsia.names import INDEX_ACTIVE, INDEX_BY_TEAM
from intarsia.storage.items import attribute, from_item, to_item
from intarsia.storage.updates import Update

TRANSACTION_LIMIT = 100  # actions in one TransactWriteItems
BATCH_LIMIT = 100  # keys in one BatchGetItem

_ROOT, _CHILD = "root", "child"
"""What `active` says of a job that has not ended."""

_JOB = "JOB#"

DRAWING_SHARE = 0.9
"""What drawing the pieces takes of a job's progress; the rest is their assembly."""

_NOT_REFUSED = "(attribute_not_exists(verdict) OR verdict.kind = :lost)"
"""No verdict, or one that says nothing against the job itself."""


class LostAttemptError(Exception):
    """The attempt is no longer the job's current one: the writer must stop its work."""


class JobRepository:
    """Jobs of all teams; callers check the team."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    # Reading

    def get(self, job_id: str) -> Job | None:
        """One job as it is now, or None."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(job_id), ConsistentRead=True
        ).get("Item")
        return from_item(Job, item) if item else None

    def get_many(self, job_ids: Sequence[str]) -> list[Job]:
        """The jobs that exist among `job_ids`, in that order."""
        found: dict[str, Job] = {}
        for start in range(0, len(job_ids), BATCH_LIMIT):
            request: dict[str, Any] = {
                self._table: {
                    "Keys": [_key(job_id) for job_id in job_ids[start : start + BATCH_LIMIT]],
                    "ConsistentRead": True,
                }
            }
            while request:
                answer = self._client.batch_get_item(RequestItems=request)
                for item in answer["Responses"].get(self._table, []):
                    job = from_item(Job, item)
                    found[job.id] = job
                request = answer.get("UnprocessedKeys") or {}
        return [found[job_id] for job_id in job_ids if job_id in found]

    def list_by_team(self, team_id: str, *, newest_first: bool = False) -> Iterator[Job]:
        """A team's jobs by creation time, read page by page as the caller goes on."""
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
        """Roots that have not ended, the oldest first."""
        found = self.get_many([row["pk"]["S"].removeprefix(_JOB) for row in self._active(_ROOT)])
        return [job for job in found if not job.status.terminal]  # the index may be late

    def active_with_template(self, team_id: str, template_id: str) -> bool:
        """Whether a job that has not ended renders this template."""
        return self._any_active(team_id, "template_id = :wanted", template_id)

    def active_with_font(self, team_id: str, font_id: str) -> bool:
        """Whether a job that has not ended takes this font."""
        return self._any_active(team_id, "contains(font_ids, :wanted)", font_id)

    def trees(self, roots: Sequence[Job]) -> list[Job]:
        """Jobs and everything below them, each before its children."""
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
        """Rows of the index: a job's keys and what never changes in it."""
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
        """Write trees, in each children before parents, the root last.

        A tree that fits into one transaction appears as a whole; of a larger one nothing is
        reachable before its root stands. What was written is taken back if a later part fails.
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

    # The worker's writes, fenced by attempt

    def start(self, job_id: str, attempt: int, *, rendered_by: str | None = None) -> Job:
        """Take a queued job for rendering. Raises LostAttemptError."""
        update = self._update().move_to(Status.RENDERING).for_attempt(attempt)
        update.set(stage=Stage.DOWNLOAD.value, progress=0, rendered_by=rendered_by)
        update.set_once(started_at=timestamp(now()))
        return self._fenced(job_id, update)

    def start_piece(
        self, job_id: str, attempt: int, number: int, *, rendered_by: str | None = None
    ) -> Job:
        """Take a piece of a job for rendering. Raises LostAttemptError.

        It is refused to whom comes second in an attempt, and when another piece has shown that
        the job cannot be rendered.
        """
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.where(f"pieces[{number}].attempt < :fence").where(_NOT_REFUSED, lost="transient")
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        update.set(status=Status.RENDERING.value, stage=Stage.RENDER.value, rendered_by=rendered_by)
        update.set_at(f"pieces[{number}].attempt", attempt)
        update.set_at(f"pieces[{number}].progress", 0)
        return self._fenced(job_id, update.set_once(started_at=timestamp(now())))

    def report_piece(self, job_id: str, attempt: int, number: int, *, progress: float) -> None:
        """Say how far a piece is (percent), and so the job. Raises LostAttemptError."""
        update = self._of_piece(attempt, number).where(_NOT_REFUSED, lost="transient")
        update.set_at(f"pieces[{number}].progress", round(progress, 1))
        self._show_mean(self._fenced(job_id, update))

    def finish_piece(self, job_id: str, attempt: int, number: int, drawn: DrawnPiece) -> None:
        """Record a piece whose pictures are uploaded. Raises LostAttemptError."""
        update = self._of_piece(attempt, number).set_at(f"pieces[{number}].done", drawn)
        update.set_at(f"pieces[{number}].progress", 100)
        self._show_mean(self._fenced(job_id, update))

    def refuse_piece(
        self, job_id: str, attempt: int, number: int, verdict: Failure, *, warnings: list[str]
    ) -> None:
        """Record why a piece could not be drawn, or not even begun, unless a graver reason is
        known: it is the attempt's. Raises LostAttemptError."""
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        update.where(_NOT_REFUSED, lost="transient")
        self._fenced(job_id, update.set(verdict=verdict, warnings=warnings))

    def start_assembly(self, job_id: str, attempt: int) -> Job:
        """Take a job for assembly whose pieces are all drawn. Raises LostAttemptError."""
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.where("(attribute_not_exists(assembled_in) OR assembled_in < :fence)")
        update.set(status=Status.RENDERING.value, stage=Stage.ENCODE.value, assembled_in=attempt)
        return self._fenced(job_id, update)

    def _of_piece(self, attempt: int, number: int) -> Update:
        update = self._update().while_in(Status.RENDERING).for_attempt(attempt)
        return update.where(f"pieces[{number}].attempt = :fence")

    def _show_mean(self, job: Job) -> None:
        """The job is as far as its pieces are on average; it never seems to go back."""
        mean = sum(piece.progress for piece in job.pieces) / len(job.pieces)
        shown = round(mean * DRAWING_SHARE, 1)
        if shown > job.progress:
            update = self._update().while_in(Status.RENDERING).for_attempt(job.attempt)
            self._try(job.id, update.where("progress < :new_progress").set(progress=shown))

    def report(self, job_id: str, attempt: int, *, stage: Stage, progress: float) -> None:
        """Say how far a render is (percent). Raises LostAttemptError."""
        update = self._update().while_in(Status.RENDERING).for_attempt(attempt)
        self._fenced(job_id, update.set(stage=stage.value, progress=round(progress, 1)))

    def finish(
        self,
        job_id: str,
        attempt: int,
        *,
        output: Output,
        render_seconds: float,
        rendered_by: str | None,
        missing_fonts: list[str],
        warnings: list[str],
        stage_seconds: dict[str, float] | None = None,
    ) -> None:
        """Record a finished render whose output is uploaded. Raises LostAttemptError."""
        update = self._update().move_to(Status.FINISHED).for_attempt(attempt)
        update.set(
            output=output,
            progress=100,
            render_seconds=round(render_seconds, 3),
            rendered_by=rendered_by,
            missing_fonts=missing_fonts,
            warnings=warnings,
            stage_seconds={name: Decimal(str(value)) for name, value in stage_seconds.items()}
            if stage_seconds
            else None,
            finished_at=timestamp(now()),
        )
        self._fenced(job_id, update.remove("stage", "active"))

    def record_verdict(
        self, job_id: str, attempt: int, verdict: Failure, *, warnings: list[str] | None = None
    ) -> None:
        """Record why this attempt could not finish. Raises LostAttemptError."""
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.set(verdict=verdict, warnings=warnings or [])
        self._fenced(job_id, update)

    # The workflow's writes; each says whether it changed anything

    def promote(self, job_id: str) -> bool:
        """Pending to queued, once the slots are filled in a manifest at the job's own key."""
        update = self._update().move_to(Status.QUEUED, only_from=[Status.PENDING])
        return self._try(job_id, update.remove("manifest"))

    def requeue(self, job_id: str, attempt: int, *, lost: bool) -> bool:
        """Give up `attempt` and wait for the next one; `lost` counts it as a failed one.

        Pieces that were drawn stay.
        """
        update = self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)
        update.set(status=Status.QUEUED.value, attempt=attempt + 1, progress=0)
        if lost:
            update.add(lost_attempts=1)
        return self._try(job_id, update.remove("verdict", "stage"))

    def fail(self, job_id: str, failure: Failure) -> bool:
        """End a job as `error`."""
        update = self._update().move_to(Status.ERROR)
        update.set(failure=failure, error_at=timestamp(now()))
        return self._try(job_id, update.remove("stage", "active"))

    def cancel(self, job_id: str, failure: Failure, *, rendering: bool = False) -> Job | None:
        """End a job as `manually_cancelled`; one that renders only if `rendering` says so.

        Returns the job as it is then, None if it had gone on or ended.
        """
        statuses = [Status.PENDING, Status.QUEUED] + [Status.RENDERING] * rendering
        update = self._update().move_to(Status.CANCELLED, only_from=statuses)
        return self._write(job_id, update.set(failure=failure).remove("stage", "active"))

    def next_run(self, job_id: str, run: int) -> bool:
        """Claim the right to start a job's execution again, as `run` + 1."""
        update = self._update().where("run = :old_run", old_run=run).set(run=run + 1)
        return self._try(job_id, update)

    def _update(self) -> Update:
        return Update().set(updated_at=timestamp(now()))

    def _fenced(self, job_id: str, update: Update) -> Job:
        job = self._write(job_id, update)
        if job is None:
            raise LostAttemptError(job_id)
        return job

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
        pk=f"{_JOB}{job.id}",
        sk="META",
        team=_team(job.team_id),
        created=f"{timestamp(job.created_at)}#{job.id}",
        active=_ROOT if job.parent_id is None else _CHILD,
    )


def _key(job_id: str) -> dict[str, Any]:
    return {"pk": attribute(f"{_JOB}{job_id}"), "sk": attribute("META")}


def _team(team_id: str) -> str:
    return f"TEAM#{team_id}#JOBS"
