"""Parts of an attempt: the whole job, one piece of it, or the assembly of its pieces."""

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.manifests import log_key
from intarsia.domain.states import Stage
from intarsia.domain.told import few_fonts
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import Objects
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.heartbeat import SPANS, Spans
from render_container.worker.logbook import Logbook
from render_container.worker.stages import make
from render_container.worker.upload import upload_log
from render_container.worker.work import AnyWork, Made

MadeT = TypeVar("MadeT")
Redacted = Callable[[str], str]
"""Function that returns a text with its secrets masked."""


class Part(Protocol, Generic[MadeT]):
    """Interface of one part of an attempt: its claim, its stages, and the record of its result.

    Every method that writes to the table raises LostAttemptError if the attempt has been replaced
    or has ended.
    """

    @property
    def spans(self) -> Spans:
        """Reported progress at the start and at the end of each stage, in percent."""

    def start(self) -> Job:
        """Claim the part for this worker, and return the job."""

    def report(self, stage: Stage, percent: float) -> None:
        """Report the current stage, and the progress in percent."""

    def make(self, job: Job, work: AnyWork) -> MadeT:
        """Run all stages of the part, including the upload, and return the part's result.

        Raises AttemptError if a stage fails.
        """

    def finish(self, made: MadeT, warnings: list[str], redacted: Redacted) -> None:
        """Record `made`, the result of a part that succeeded.

        `redacted` returns a text with its secrets masked.
        """

    def refuse(self, failure: Failure, warnings: list[str]) -> None:
        """Record the failure of the part."""

    def save_log(self, log: Logbook) -> None:
        """Upload the part's log. Called before the result is recorded."""


class Whole:
    """The only part of a job that one task renders, packages or joins as a whole."""

    spans = SPANS

    def __init__(
        self, environment: WorkerEnvironment, jobs: AttemptRepository, renders: Objects
    ) -> None:
        self._environment, self._jobs, self._renders = environment, jobs, renders
        self._named = environment.job_id, environment.attempt

    def start(self) -> Job:
        """Claim the queued job for this worker, and return it."""
        return self._jobs.start(*self._named, rendered_by=self._environment.rendered_by)

    def report(self, stage: Stage, percent: float) -> None:
        """Report the job's stage, and its progress in percent."""
        self._jobs.report(*self._named, stage=stage, progress=percent)

    def make(self, job: Job, work: AnyWork) -> Made:  # noqa: ARG002 - the manifest is enough
        """Run all stages of the job, including the upload, and return the result."""
        return replace(make(work), stage_seconds=work.stage_seconds)

    def finish(self, made: Made, warnings: list[str], redacted: Redacted) -> None:
        """Record the job's output."""
        self._jobs.finish(
            *self._named,
            output=made.output,
            render_seconds=made.seconds,
            rendered_by=redacted(made.rendered_by),
            missing_fonts=few_fonts([redacted(font) for font in made.missing_fonts]),
            warnings=warnings,
            stage_seconds=made.stage_seconds,
        )

    def refuse(self, failure: Failure, warnings: list[str]) -> None:
        """Record the job's failure."""
        self._jobs.record_verdict(*self._named, failure, warnings=warnings)

    def save_log(self, log: Logbook) -> None:
        """Upload the job's log."""
        upload_log(log, self._renders, log_key(self._environment.job_id))
