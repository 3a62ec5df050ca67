"""The local fleet: runs the emulator's ECS tasks as processes on this machine.

Replaces ECS's container agent. The fleet polls for tasks that should run and starts a worker for
each. By default one worker per core runs at a time; further tasks wait. The fleet reports exit
codes and ends the workers of stopped tasks.
"""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from intarsia import names
from intarsia.local import keeper
from intarsia.local.environment import inherited
from intarsia.local.tasks import Task, TaskBoard

POLL = 0.2  # seconds
GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL for a worker that must end."""

LOOK_LIMIT = 1.0
"""Seconds that a stop of the fleet waits for an unfinished poll, whose result is not needed."""

KEEPER_LIMIT = 30.0
"""Seconds beyond the grace period after which a keeper that still runs is considered hung and is
killed."""

WORKER = (sys.executable, "-m", "render_container.worker.main")
"""Default command of a worker."""

Session = Callable[[str, str], Mapping[str, str]]
"""Function of a task's ARN and its role's ARN; returns credentials of the role as environment
variables."""

logger = logging.getLogger(__name__)


class Fleet:
    """The workers of one ECS cluster. Used as a context manager, or with `start` and `stop`."""

    def __init__(
        self,
        ecs: Any,
        cluster: str,
        *,
        logs: Path,
        scratch: Path,
        environment: Mapping[str, str],
        session: Session,
        command: Sequence[str] = WORKER,
        slots: int | None = None,
        grace: float = GRACE,
        shared: Sequence[int] = (),
    ) -> None:
        """Prepare the fleet of `cluster`, which `start` runs. `ecs` is a boto3 client of ECS.

        `environment` overrides a task's environment variables, which are meant for a container.
        `session` returns the credentials with which a task acts as its role. `command` starts a
        worker, unless the task overrides it. A worker's output goes to `logs`/<task id>.log. Its
        temporary folder in `scratch` is removed after it.

        At most `slots` workers run simultaneously; None: one per core. `grace` is the time in
        seconds from SIGTERM to SIGKILL. Each worker's keeper inherits the file descriptors
        `shared`.
        """
        self._board = TaskBoard(ecs, cluster)
        self._logs = logs
        self._scratch = scratch
        self._environment = dict(environment)
        self._session = session
        self._command = list(command)
        self._slots = slots or os.cpu_count() or 1
        self._grace = grace
        self._shared = tuple(shared)
        self._waiting: dict[str, Task] = {}
        self._workers: dict[str, _Worker] = {}
        self._ending = threading.Event()
        # Held for each launch, so that none follows a stop.
        self._launching = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Stop the tasks that an earlier fleet left behind, then start to poll for tasks."""
        self._logs.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        running, _ = self._board.look()
        for task in running:
            # A log exists, so an earlier fleet started the task. Its worker ended with that fleet.
            if self._log(task).exists():
                self._board.stop(task, "The worker ended with the previous fleet")
            else:
                self._waiting[task.arn] = task
        self._thread.start()

    def stop(self) -> None:
        """End all workers and wait for them. In ECS, the state of their tasks stays as it is."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_LIMIT)
        with self._launching:
            workers = list(self._workers.values())
        for worker in workers:
            worker.end()
        deadline = time.monotonic() + self._grace + KEEPER_LIMIT
        for worker in workers:
            worker.await_end(deadline)
        self._workers.clear()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a free slot."""
        return len(self._waiting)

    def _run(self) -> None:
        while not self._ending.wait(POLL):
            try:
                self._tick()
            except (BotoCoreError, ClientError) as error:
                logger.warning("the fleet could not list its tasks: %s", error)

    def _tick(self) -> None:
        for arn, worker in list(self._workers.items()):
            code = worker.process.poll()
            if code is not None:
                if not worker.ended:
                    self._board.report(worker.task, _exit_code(code))
                shutil.rmtree(self._scratch / worker.task.id, ignore_errors=True)
                self._workers.pop(arn, None)  # a stop may have removed it meanwhile
        fresh, gone = self._board.look()
        self._waiting |= {task.arn: task for task in fresh}
        for arn in gone:
            self._waiting.pop(arn, None)
            if arn in self._workers:
                self._workers[arn].end()
        while self._waiting and len(self._workers) < self._slots:
            task = min(self._waiting.values(), key=lambda task: task.created_at)
            with self._launching:
                if self._ending.is_set():
                    return
                self._workers[task.arn] = self._launch(task)
            del self._waiting[task.arn]

    def _launch(self, task: Task) -> "_Worker":
        command = [sys.executable, "-m", keeper.__name__, str(self._grace)]
        scratch = self._scratch / task.id
        scratch.mkdir(parents=True)
        with self._log(task).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, *(task.command or self._command)],
                # Its end of file ends the worker, also if this process dies.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._variables(task) | {"TMPDIR": str(scratch)},
                start_new_session=True,
                pass_fds=self._shared,
            )
        return _Worker(task, process)

    def _variables(self, task: Task) -> dict[str, str]:
        machine = inherited()
        # The task definition's folders exist only in its container, and no host agent runs here.
        ours = {"HOME": machine.get("HOME", "/"), names.ENV_SPOOL: "", "PYTHONUNBUFFERED": "1"}
        role = self._session(task.arn, task.role) if task.role else {}
        return {**machine, **task.environment, **ours, **self._environment, **role}

    def _log(self, task: Task) -> Path:
        return self._logs / f"{task.id}.log"


class _Worker:
    """A running task and its keeper's process."""

    def __init__(self, task: Task, process: subprocess.Popen[bytes]) -> None:
        self.task = task
        self.process = process
        self.ended = False
        """Whether the fleet has ended the worker, so that its exit code is not reported to ECS."""

    def end(self) -> None:
        """Request SIGTERM for the worker, and SIGKILL after the grace period. Does not wait."""
        self.ended = True
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def await_end(self, deadline: float) -> None:
        """Wait until the worker has ended; kill its keeper at `deadline`, on the monotonic clock.

        On Linux, the worker of a killed keeper is killed, too.
        """
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("the keeper of task %s did not end in time and is killed", self.task.id)
            self.process.kill()
            self.process.wait()


def _exit_code(status: int) -> int:
    """Return the exit code that ECS reports: 128 + N for a process that died of signal N.

    `status` is subprocess's return code, which is -N in this case.
    """
    return status if status >= 0 else 128 - status
