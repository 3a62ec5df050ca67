"""What an attempt's task is for: the whole render, one piece of it, or the pieces' assembly."""

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


class Part(Protocol, Generic[MadeT]):
    """How a task begins, what it makes, and where each of its ends is recorded.

    Every method that writes raises LostAttemptError when the attempt no longer counts.
    """

    @property
    def spans(self) -> Spans:
        """What each stage takes of the progress that is reported, in percent."""

    def start(self) -> Job:
        """Take the work."""

    def report(self, stage: Stage, percent: float) -> None:
        """Say how far it is."""

    def make(self, job: Job, work: AnyWork) -> MadeT:
        """Everything between the manifest and what is uploaded. Raises AttemptError."""

    def finish(self, made: MadeT, warnings: list[str], redacted: Redacted) -> None:
        """Record what was made."""

    def refuse(self, failure: Failure, warnings: list[str]) -> None:
        """Record why nothing was."""

    def save_log(self, log: Logbook) -> None:
        """Upload the log, before its end is recorded."""


class Whole:
    """A job that is rendered, packed or joined in one go."""

    spans = SPANS

    def __init__(
        self, environment: WorkerEnvironment, jobs: AttemptRepository, renders: Objects
    ) -> None:
        self._environment, self._jobs, self._renders = environment, jobs, renders
        self._named = environment.job_id, environment.attempt

    def start(self) -> Job:
        """Take the queued job."""
        return self._jobs.start(*self._named, rendered_by=self._environment.rendered_by)

    def report(self, stage: Stage, percent: float) -> None:
        """Say how far it is."""
        self._jobs.report(*self._named, stage=stage, progress=percent)

    def make(self, job: Job, work: AnyWork) -> Made:  # noqa: ARG002 - the manifest says it all
        """The output."""
        return replace(make(work), stage_seconds=work.stage_seconds)

    def finish(self, made: Made, warnings: list[str], redacted: Redacted) -> None:
        """Record the output."""
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
        """Record the verdict."""
        self._jobs.record_verdict(*self._named, failure, warnings=warnings)

    def save_log(self, log: Logbook) -> None:
        """Upload the job's log."""
        upload_log(log, self._renders, log_key(self._environment.job_id))
