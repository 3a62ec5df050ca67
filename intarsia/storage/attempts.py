"""Attempts at renders in the table: what their workers write, fenced by attempt."""

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
"""What drawing the pieces takes of a job's progress; the rest is their assembly."""

_NOT_REFUSED = "(attribute_not_exists(verdict) OR verdict.kind = :lost)"
"""No verdict, or one that says nothing against the job itself."""


class LostAttemptError(Exception):
    """The attempt is no longer the job's current one: the writer must stop its work."""


@dataclass(frozen=True)
class Spending:
    """What a worker's task costs."""

    task: str
    """Its name within the job, such as `a1_whole`."""
    dollars: Callable[[], float]
    """US dollars until now."""


class AttemptRepository(JobRepository):
    """Jobs of all teams, as a worker sees them: each report also says what its task has cost."""

    def __init__(self, client: Any, table: str, spending: Spending | None = None) -> None:
        super().__init__(client, table)
        self._spending = spending

    def start(self, job_id: str, attempt: int, *, rendered_by: str | None = None) -> Job:
        """Take a queued job for rendering. Raises LostAttemptError."""
        update = self._update().move_to(Status.RENDERING).for_attempt(attempt)
        update.set(stage=Stage.DOWNLOAD.value, progress=0, rendered_by=rendered_by)
        update.set_once(started_at=timestamp(now()))
        return self._take(job_id, update)

    def start_piece(
        self, job_id: str, attempt: int, number: int, *, rendered_by: str | None = None
    ) -> Job:
        """Take a piece of a job for rendering. Raises LostAttemptError.

        It is refused to whom comes second in an attempt, and when another piece has shown that
        the job cannot be rendered.
        """
        update = self._unended(attempt)
        update.where(f"pieces[{number}].attempt < :fence").where(_NOT_REFUSED, lost="transient")
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        update.set(status=Status.RENDERING.value, stage=Stage.RENDER.value, rendered_by=rendered_by)
        update.set_at(f"pieces[{number}].attempt", attempt)
        update.set_at(f"pieces[{number}].progress", 0)
        return self._take(job_id, update.set_once(started_at=timestamp(now())))

    def report_piece(self, job_id: str, attempt: int, number: int, *, progress: float) -> None:
        """Say how far a piece is (percent), and so the job. Raises LostAttemptError."""
        update = self._of_piece(attempt, number).where(_NOT_REFUSED, lost="transient")
        update.set_at(f"pieces[{number}].progress", round(progress, 1))
        self._show_mean(self._reported(job_id, update))

    def finish_piece(self, job_id: str, attempt: int, number: int, drawn: DrawnPiece) -> None:
        """Record a piece whose pictures are uploaded. Raises LostAttemptError."""
        update = self._of_piece(attempt, number).set_at(f"pieces[{number}].done", drawn)
        update.set_at(f"pieces[{number}].progress", 100)
        self._show_mean(self._reported(job_id, update))

    def refuse_piece(
        self, job_id: str, attempt: int, number: int, verdict: Failure, *, warnings: list[str]
    ) -> None:
        """Record why a piece could not be drawn, or not even begun, unless a graver reason is
        known: it is the attempt's. Raises LostAttemptError."""
        update = self._unended(attempt).where(_NOT_REFUSED, lost="transient")
        update.where(f"attribute_not_exists(pieces[{number}].done)")
        self._refuse(job_id, attempt, update.set(verdict=verdict, warnings=warnings))

    def start_assembly(self, job_id: str, attempt: int) -> Job:
        """Take a job for assembly whose pieces are all drawn. Raises LostAttemptError."""
        update = self._unended(attempt)
        update.where("(attribute_not_exists(assembled_in) OR assembled_in < :fence)")
        update.set(status=Status.RENDERING.value, stage=Stage.ENCODE.value, assembled_in=attempt)
        return self._take(job_id, update)

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
        self._reported(job_id, update.remove("stage", "active"))

    def record_verdict(
        self, job_id: str, attempt: int, verdict: Failure, *, warnings: list[str] | None = None
    ) -> None:
        """Record why this attempt could not finish, unless a graver reason is known: a machine that
        is stopped after its verdict takes nothing back. Raises LostAttemptError."""
        update = self._unended(attempt).where(_NOT_REFUSED, lost="transient")
        self._refuse(job_id, attempt, update.set(verdict=verdict, warnings=warnings or []))

    def _refuse(self, job_id: str, attempt: int, update: Update) -> None:
        if self._spending:
            # What could not even be begun was not taken before; one update cannot both make
            # the map and write into it.
            self._take(job_id, self._unended(attempt))
        self._reported(job_id, update)

    def _unended(self, attempt: int) -> Update:
        return self._update().while_in(Status.QUEUED, Status.RENDERING).for_attempt(attempt)

    def _take(self, job_id: str, update: Update) -> Job:
        # For jobs that were stored before anything was said of costs.
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
