"""Run of one attempt at a job, from its claim to the record of its result."""

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

_LOST = Failure(kind="cancelled", reason="The attempt was replaced or has already ended.")

RECORDED, NOT_RECORDED = 0, 1
"""Exit codes of the worker. Neither reports whether the render succeeded.

RECORDED: the attempt's result is in the table, or the attempt is lost and must not record any.
NOT_RECORDED: an error prevented the record.
"""


@dataclass(frozen=True)
class Storage:
    """Repositories and buckets that a worker uses."""

    jobs: AttemptRepository
    templates: Objects
    renders: Objects
    secrets: SecretValues | None = None
    """Reader of the teams' secrets; None if ENV_SECRETS_PREFIX is not set."""
    traces: Traces | None = None
    """Sender of X-Ray segments; None to send no segment."""


def run_attempt(environment: WorkerEnvironment, storage: Storage) -> int:
    """Run the attempt that `environment` names, record its result and return the exit code.

    The exit code is RECORDED or NOT_RECORDED. Records nothing if the job has a newer attempt or has
    ended, or if another task has already claimed this attempt.
    """
    redactor = Redactor()
    part = _part(environment, storage)
    try:
        with _folder(environment) as folder, Logbook(folder / "log.txt", redactor) as log:
            attempt = _Attempt(environment, storage, part, log, redactor)
            code = attempt.run(folder)
            attempt.trace()
            return code
    except HostError as error:  # from `_folder`: no stage has started yet
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
        """The attempt's job; None until this worker has claimed it."""
        self._failure: Failure | None = None
        """Failure that ended the attempt; None if there is none.

        It is `_LOST` for a lost attempt that had recorded no failure before.
        """

    def run(self, folder: Path) -> int:
        """Run all stages in the work folder `folder` and return the worker's exit code.

        Records the output or the failure as the attempt's result. Records nothing if the job has
        been cancelled or has another attempt by now.
        """
        try:
            return self._run(folder)
        except MachineStoppedError:  # raised anywhere, also while a failure is being recorded
            self._log.line("the machine was stopped")
            return self.refuse(Failure(kind="transient", reason="The machine was stopped."))

    def _run(self, folder: Path) -> int:
        try:
            return self._finish(self._work_through(self._start(), folder))
        except LostAttemptError:
            self._log.line(
                "nothing to do: the attempt was taken by another task, was replaced or has ended"
            )
            self._failure = _LOST
            return RECORDED
        except AttemptError as error:
            self._log.line(f"failed ({error.failure.kind}): {error.failure.reason}")
            return self.refuse(error.failure)
        except Exception as error:  # noqa: BLE001 - every end must be recorded
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
                raise AttemptError(
                    "configuration",
                    f"{ENV_SECRETS_PREFIX} is not set, but the job refers to secrets.",
                )
            return self._storage.secrets.get(manifest.team_id, name)

        return with_secrets(manifest, secret, self._redacted)

    def _finish(self, made: object) -> int:
        self._log.line("finished")
        self._save_log()
        self._part.finish(made, self._warned(), self._redacted)
        return RECORDED

    def refuse(self, failure: Failure) -> int:
        """Record `failure` as the result of the attempt and return the exit code.

        The exit code is NOT_RECORDED if an error prevents the record. It is RECORDED if the attempt
        is lost.
        """
        # Redact before cutting: the redactor does not recognise half a secret.
        reason = cut(self._redacted(failure.reason), LONGEST_REASON)
        failure = failure.model_copy(update={"reason": reason})
        self._save_log()
        try:
            self._part.refuse(failure, self._warned())
        except LostAttemptError:
            self._log.line(
                "the failure was not recorded: the attempt was lost or already has a result"
            )
            self._failure = self._failure or _LOST
        except Exception:  # noqa: BLE001 - only the exit code can still report it
            self._log.line(f"The result could not be recorded.\n{traceback.format_exc()}")
            self._failure = failure
            return NOT_RECORDED
        else:
            self._failure = failure
        return RECORDED

    def _warned(self) -> list[str]:
        return few_warnings(list(dict.fromkeys(map(self._redacted, self._warnings))))

    def _save_log(self) -> None:
        """Upload the attempt's log, if this worker has claimed the job.

        Called before the result is recorded, so that an ended job has its log. Upload errors are
        only logged.
        """
        if self._job is None:
            return
        try:
            self._part.save_log(self._log)
        except Exception as error:  # noqa: BLE001 - a render is not lost for its log
            self._log.line(f"The log could not be uploaded: {error}")

    def trace(self) -> None:
        """Send the attempt's X-Ray segment, however the attempt ended. Errors are only logged.

        Sends none if this worker has not claimed the job, or if the job's request is not sampled.
        Separate from `run`, so that neither an error nor a stop of the machine during this call
        changes the recorded result.
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
    """Yield a new work folder for the attempt and remove it afterwards.

    If an agent on the host runs After Effects, the folder lies in the spool that both share. Its
    name is unique, and short because of Windows' path limit. Raises HostError if the folder cannot
    be created in the spool.
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
