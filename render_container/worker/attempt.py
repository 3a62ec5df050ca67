"""One attempt at a render, from its start to the record of how it ended."""

import errno
import secrets
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intarsia.domain.jobs import Failure, Job
from intarsia.domain.manifests import AnyManifest
from intarsia.domain.pieces import ASSEMBLE, WHOLE
from intarsia.domain.told import LONGEST_REASON, cut, few_warnings
from intarsia.names import ENV_SECRETS_PREFIX
from intarsia.storage.attempts import AttemptRepository, LostAttemptError
from intarsia.storage.objects import Objects
from intarsia.storage.secrets import SecretValues
from intarsia.storage.traces import Traces
from render_container.host.client import work_folder
from render_container.host.errors import HostError
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.errors import AttemptError, MachineStoppedError
from render_container.worker.heartbeat import Heartbeat
from render_container.worker.logbook import Logbook
from render_container.worker.manifest import read_manifest
from render_container.worker.part import Part, Whole
from render_container.worker.pieces.assembling import AssemblyPart
from render_container.worker.pieces.drawing import PiecePart
from render_container.worker.redaction import Redactor
from render_container.worker.secrets import with_secrets
from render_container.worker.tracing import StageTime, segment
from render_container.worker.work import Work

_LOST = Failure(kind="cancelled", reason="The attempt was replaced, or ended elsewhere.")

RECORDED, NOT_RECORDED = 0, 1
"""Exit codes. Not that of the render: whether the table knows how it went, or need not."""


@dataclass(frozen=True)
class Storage:
    """Where jobs, templates and renders are."""

    jobs: AttemptRepository
    templates: Objects
    renders: Objects
    secrets: SecretValues | None = None
    """None where no team has any."""
    traces: Traces | None = None
    """None where nothing is traced."""


def run_attempt(environment: WorkerEnvironment, storage: Storage) -> int:
    """Render the job and record the verdict; returns the exit code.

    Does nothing if the attempt is no longer the job's current one or was already taken.
    """
    redactor = Redactor()
    part = _part(environment, storage)
    try:
        with _folder(environment) as folder, Logbook(folder / "log.txt", redactor) as log:
            attempt = _Attempt(environment, storage, part, log, redactor)
            code = attempt.run(folder)
            attempt.trace()
            return code
    except HostError as error:  # before anything was begun
        with _own_folder() as folder, Logbook(folder / "log.txt", redactor) as log:
            failure = Failure(kind=error.kind, reason=str(error))
            return _Attempt(environment, storage, part, log, redactor).refuse(failure)


def _part(environment: WorkerEnvironment, storage: Storage) -> Part[Any]:
    if environment.part == WHOLE:
        return Whole(environment, storage.jobs, storage.renders)
    if environment.part == ASSEMBLE:
        return AssemblyPart(environment, storage.jobs, storage.renders)
    return PiecePart(environment, storage.jobs, storage.renders, int(environment.part))


class _Attempt:
    def __init__(
        self,
        environment: WorkerEnvironment,
        storage: Storage,
        part: Part[Any],
        log: Logbook,
        redactor: Redactor,
    ) -> None:
        self._environment = environment
        self._storage = storage
        self._part = part
        self._log = log
        self._redacted = redactor
        self._warnings: list[str] = []
        self._stages: list[StageTime] = []
        self._began, self._clock = time.time(), time.monotonic()
        self._job: Job | None = None
        """Once the attempt is taken."""
        self._failure: Failure | None = None
        """Why nothing was made; of a lost attempt that it was lost, whatever it ended with."""

    def run(self, folder: Path) -> int:
        """Go through the stages; every way to end is recorded, except a lost attempt."""
        try:
            return self._run(folder)
        except MachineStoppedError:  # wherever it found us, also while a failure was recorded
            self._log.line("the machine was stopped")
            return self.refuse(Failure(kind="transient", reason="The machine was stopped."))

    def _run(self, folder: Path) -> int:
        try:
            return self._finish(self._work_through(self._start(), folder))
        except LostAttemptError:
            self._log.line("nothing to do: the attempt was taken, replaced or ended elsewhere")
            self._failure = _LOST
            return RECORDED
        except AttemptError as error:
            self._log.line(f"failed ({error.failure.kind}): {error.failure.reason}")
            return self.refuse(error.failure)
        except Exception as error:  # noqa: BLE001 - nothing may end without a verdict
            self._log.line(traceback.format_exc())
            return self.refuse(_unexpected(error))

    def _start(self) -> Job:
        environment = self._environment
        self._log.about(
            job_id=environment.job_id, attempt=environment.attempt, part=environment.part
        )
        self._log.line(f"job {environment.job_id}, attempt {environment.attempt}")
        job = self._part.start()
        self._log.about(correlation_id=job.root_id)
        self._job = job
        return job

    def _work_through(self, job: Job, folder: Path) -> object:
        manifest = self._manifest(job)
        part = self._part
        with Heartbeat(part.report, self._log.line, spans=part.spans) as heartbeat:
            work = Work(
                manifest=manifest,
                folder=folder,
                environment=self._environment,
                jobs=self._storage.jobs,
                templates=self._storage.templates,
                renders=self._storage.renders,
                heartbeat=heartbeat,
                log=self._log,
                warnings=self._warnings,
                stages=self._stages,
            )
            return part.make(job, work)

    def _manifest(self, job: Job) -> AnyManifest:
        manifest = read_manifest(job, self._storage.renders, self._log)

        def secret(name: str) -> str:
            if self._storage.secrets is None:
                raise AttemptError("configuration", f"{ENV_SECRETS_PREFIX} is not set.")
            return self._storage.secrets.get(manifest.team_id, name)

        return with_secrets(manifest, secret, self._redacted)

    def _finish(self, made: object) -> int:
        self._log.line("finished")
        self._save_log()
        self._part.finish(made, self._warned(), self._redacted)
        return RECORDED

    def refuse(self, failure: Failure) -> int:
        """Record why nothing was made; returns the exit code."""
        # Cut after it is redacted: half a secret is not recognised.
        reason = cut(self._redacted(failure.reason), LONGEST_REASON)
        failure = failure.model_copy(update={"reason": reason})
        self._save_log()
        try:
            self._part.refuse(failure, self._warned())
        except LostAttemptError:
            self._log.line("the verdict was not needed: the attempt was lost or has one")
            self._failure = self._failure or _LOST
        except Exception:  # noqa: BLE001 - the exit code is all that is left to say it
            self._log.line(f"The verdict could not be recorded.\n{traceback.format_exc()}")
            self._failure = failure
            return NOT_RECORDED
        else:
            self._failure = failure
        return RECORDED

    def _warned(self) -> list[str]:
        return few_warnings(list(dict.fromkeys(map(self._redacted, self._warnings))))

    def _save_log(self) -> None:
        """Before the verdict, so that whoever sees a job ended finds its log."""
        if self._job is None:
            return
        try:
            self._part.save_log(self._log)
        except Exception as error:  # noqa: BLE001 - a render is not lost for its log
            self._log.line(f"The log could not be uploaded: {error}")

    def trace(self) -> None:
        """Send the segment of an attempt that began, however it ended.

        Apart from `run`: nothing here changes what that recorded, not even that the machine is
        stopped.
        """
        if self._job is None or self._storage.traces is None:
            return
        try:
            seconds = time.monotonic() - self._clock
            whole = StageTime("attempt", self._began, seconds, well=self._failure is None)
            document = segment(self._job, self._environment, whole, self._stages, self._failure)
            if document:
                self._storage.traces.put(document)
        except MachineStoppedError:
            self._log.line("The trace could not be sent: the machine was stopped")
        except Exception as error:  # noqa: BLE001 - a render is not lost for its trace
            self._log.line(f"The trace could not be sent: {error}")


def _unexpected(error: Exception) -> Failure:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Failure(kind="transient", reason="The machine ran out of disk space.")
    return Failure(
        kind="transient",
        reason=f"The worker failed unexpectedly ({type(error).__name__}); its log has the details.",
    )


@contextmanager
def _folder(environment: WorkerEnvironment) -> Iterator[Path]:
    """A folder of the attempt's own, always removed; where an agent draws, one that it sees.

    Its name is short for Windows' sake, and never used again. Raises HostError.
    """
    if environment.spool is None:
        with _own_folder() as folder:
            yield folder
        return
    name = f"{environment.job_id}-{environment.attempt}-{secrets.token_hex(4)}"
    with work_folder(environment.spool, name) as folder:
        yield folder


@contextmanager
def _own_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="int-", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()
