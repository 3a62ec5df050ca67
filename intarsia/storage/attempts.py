"""Workers' writes to jobs in the table; a write of any but the current attempt is rejected."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from intarsia.domain.ids import now, timestamp
from intarsia.domain.jobs import Failure, Job, Output
from intarsia.domain.pieces import DrawnPiece
from intarsia.domain.states import Stage, Status
from intarsia.storage.jobs import JobRepository
from intarsia.storage.updates import Update

DRAWING_SHARE = 0.9
"""Share of a job's progress for rendering its pieces; the rest is for their assembly."""

_NOT_REFUSED = "(attribute_not_exists(verdict) OR verdict.kind = :lost)"
"""DynamoDB condition: no verdict is recorded, or a transient one, which the job did not cause."""


class LostAttemptError(Exception):
    """Rejection of a worker's write: its attempt is outdated, or the job accepts no more writes.

    The worker must stop.
    """


@dataclass(frozen=True)
class Spending:
    """The cost of a worker's task."""

    task: str
    """Name of the task within its job: attempt and part, such as `a1_whole`."""
    dollars: Callable[[], float]
    """Function that returns the cost of the task so far, in US dollars."""


class AttemptRepository(JobRepository):
    """Jobs of all teams, for workers: each report also records the cost of the worker's task.

    Without `spending`, no cost is recorded.
    """

    def __init__(self, client: Any, table: str, spending: Spending | None = None) -> None:
        super().__init__(client, table)
        self._spending = spending

    def start(self, job_id: str, attempt: int, *, rendered_by: str | None = None) -> Job:
        """Claim a queued job for rendering, and return it.

        `rendered_by` names a renderer to show to clients in place of the requested engine; None if
        that engine renders. Raises LostAttemptError if the attempt is outdated or the job is not
        queued.
        """
        update = self._update().move_to(Status.RENDERING).for_attempt(attempt)
        update.set(stage=Stage.DOWNLOAD.value, progress=0, rendered_by=rendered_by)
        update.set_once(started_at=timestamp(now()))
        return self._take(job_id, update)

    def start_piece(
        self, job_id: str, attempt: int, number: int, *, rendered_by: str | None = None
    ) -> Job:
        """Claim a piece of a job for rendering, and return the job.

        `number` counts the pieces from 0. `rendered_by` is as in `start`. Only the first worker per
        attempt may claim a piece.
        Raises LostAttemptError for any other worker, for an outdated attempt, and for a rendered
        piece. Also raises it if another piece has shown that the job cannot be rendered.
        """
        update = self._unended(attempt)
        update.where(f"pieces[{number}].attempt < :fence").where(_NOT_REFUSED, lost="transient")
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        update.set(status=Status.RENDERING.value, stage=Stage.RENDER.value, rendered_by=rendered_by)
        update.set_at(f"pieces[{number}].attempt", attempt)
        update.set_at(f"pieces[{number}].progress", 0)
        return self._take(job_id, update.set_once(started_at=timestamp(now())))

    def report_piece(self, job_id: str, attempt: int, number: int, *, progress: float) -> None:
        """Record a piece's progress in percent, and update the progress of its job.

        Raises LostAttemptError if the attempt is outdated or has not claimed the piece, or if the
        job no longer renders. Also raises it if another piece has shown that the job cannot be
        rendered.
        """
        update = self._of_piece(attempt, number).where(_NOT_REFUSED, lost="transient")
        update.set_at(f"pieces[{number}].progress", round(progress, 1))
        self._show_mean(self._reported(job_id, update))

    def finish_piece(self, job_id: str, attempt: int, number: int, drawn: DrawnPiece) -> None:
        """Record a rendered piece whose frames are uploaded.

        Raises LostAttemptError if the attempt is outdated or has not claimed the piece, or if the
        job no longer renders.
        """
        update = self._of_piece(attempt, number).set_at(f"pieces[{number}].done", drawn)
        update.set_at(f"pieces[{number}].progress", 100)
        self._show_mean(self._reported(job_id, update))

    def refuse_piece(
        self, job_id: str, attempt: int, number: int, verdict: Failure, *, warnings: list[str]
    ) -> None:
        """Record why a piece could not be rendered or begun, as the verdict of the whole attempt.

        Raises LostAttemptError for an outdated attempt, for a rendered piece, and if a verdict that
        is not transient is already recorded.
        """
        update = self._unended(attempt).where(_NOT_REFUSED, lost="transient")
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        self._refuse(job_id, attempt, update.set(verdict=verdict, warnings=warnings))

    def start_assembly(self, job_id: str, attempt: int) -> Job:
        """Claim the assembly of a job whose pieces are all rendered, and return the job.

        Only the first worker per attempt may claim it. Raises LostAttemptError for any other
        worker, for an outdated attempt, and if the job has ended.
        """
        update = self._unended(attempt)
        update.where("(attribute_not_exists(assembled_in) OR assembled_in < :fence)")
        update.set(status=Status.RENDERING.value, stage=Stage.ENCODE.value, assembled_in=attempt)
        return self._take(job_id, update)

    def _of_piece(self, attempt: int, number: int) -> Update:
        update = self._update().while_in(Status.RENDERING).for_attempt(attempt)
        return update.where(f"pieces[{number}].attempt = :fence")

    def _show_mean(self, job: Job) -> None:
        """Set the job's progress from the mean of its pieces' progress, but never lower it."""
        mean = sum(piece.progress for piece in job.pieces) / len(job.pieces)
        shown = round(mean * DRAWING_SHARE, 1)
        if shown > job.progress:
            update = self._update().while_in(Status.RENDERING).for_attempt(job.attempt)
            self._try(job.id, update.where("progress < :new_progress").set(progress=shown))

    def report(self, job_id: str, attempt: int, *, stage: Stage, progress: float) -> None:
        """Record the stage of a job's worker, and the job's progress in percent.

        Raises LostAttemptError if the attempt is outdated or the job no longer renders.
        """
        update = self._update().while_in(Status.RENDERING).for_attempt(attempt)
        self._reported(job_id, update.set(stage=stage.value, progress=round(progress, 1)))

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
        """Record a finished job whose output is uploaded.

        `rendered_by` names the renderer that was used. `stage_seconds` has the duration of each
        stage by name; None: not measured. Raises LostAttemptError if the attempt is outdated or the
        job no longer renders.
        """
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
        self._reported(job_id, update.remove("stage", "active"))

    def record_verdict(
        self, job_id: str, attempt: int, verdict: Failure, *, warnings: list[str] | None = None
    ) -> None:
        """Record the reason why this attempt could not finish.

        Raises LostAttemptError for an outdated attempt, and if a verdict that is not transient is
        already recorded. A machine that is stopped after such a verdict therefore cannot replace
        it. `warnings` None: there are none.
        """
        update = self._unended(attempt).where(_NOT_REFUSED, lost="transient")
        self._refuse(job_id, attempt, update.set(verdict=verdict, warnings=warnings or []))

    def _refuse(self, job_id: str, attempt: int, update: Update) -> None:
        if self._spending:
            # If the task failed before it claimed the job, the map `spent` may be missing. One
            # update cannot both create the map and write into it.
            self._take(job_id, self._unended(attempt))
        self._reported(job_id, update)

    def _unended(self, attempt: int) -> Update:
        return self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)

    def _take(self, job_id: str, update: Update) -> Job:
        # Jobs stored before costs were recorded have no map `spent`.
        return self._written(job_id, update.set_once(spent={}))

    def _reported(self, job_id: str, update: Update) -> Job:
        if self._spending:
            dollars = round(self._spending.dollars(), 6)
            update.set_at(f"spent.{self._spending.task}", dollars)
        return self._written(job_id, update)

    def _written(self, job_id: str, update: Update) -> Job:
        job = self._write(job_id, update)
        if job is None:
            raise LostAttemptError(job_id)
        return job
