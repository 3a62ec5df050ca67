"""A fleet whose workers are threads of this process, which saves a Python start per task.

All else is real: tasks come from ECS, a worker has its task's variables and its role's credentials,
and exit codes are reported. Jobs of a team in SCRIPTED_TEAMS are run by `scripted_worker`. All
others are rendered by the worker's own code.
"""

import threading
import time
import traceback
from collections.abc import Mapping
from typing import Any

import boto3

from intarsia.local.fleet import Fleet
from intarsia.local.tasks import Task
from intarsia.storage.attempts import AttemptRepository
from render_container.worker.attempt import run_attempt
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.main import storage_of
from tests.support import scripted_worker

SCRIPTED_TEAMS = {"workflow", "contract", "conformance"}
SLOTS = 8
KILLED = 137


class ThreadFleet(Fleet):
    """A replacement of `intarsia.local.fleet.Fleet`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"slots": SLOTS})
        self._boto = boto3.Session()
        # Making clients on one session from several threads is not safe (boto3's own guide).
        self._making = threading.Lock()

    def _launch(self, task: Task) -> Any:
        return ThreadWorker(self, task, self._variables(task))

    def is_scripted(self, team_id: str) -> bool:
        """Return whether a team's jobs follow a script."""
        return team_id in SCRIPTED_TEAMS

    def client(self, variables: Mapping[str, str], service: str, **options: Any) -> Any:
        """Return a client that acts as the task's role."""
        with self._making:
            return self._boto.client(
                service,
                endpoint_url=variables["AWS_ENDPOINT_URL"],
                region_name=variables["AWS_REGION"],
                aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
                aws_session_token=variables["AWS_SESSION_TOKEN"],
                **options,
            )


class ScriptedFleet(ThreadFleet):
    """A fleet that runs the jobs of all teams by script."""

    def is_scripted(self, team_id: str) -> bool:
        return True


class ThreadWorker:
    """A worker thread for one task, with the interface of the fleet's own workers."""

    def __init__(self, fleet: ThreadFleet, task: Task, variables: Mapping[str, str]) -> None:
        self.task = task
        self.ended = False
        self._fleet = fleet
        self._variables = variables
        self._stopped = threading.Event()
        self._code: int | None = None
        self._thread = threading.Thread(target=self._run, name=f"worker {task.id}", daemon=True)
        self._thread.start()

    @property
    def process(self) -> "ThreadWorker":
        """Return the worker itself, which has the methods of a process that the fleet uses."""
        return self

    def poll(self) -> int | None:
        """Return the exit code, or None while the worker runs."""
        return None if self._thread.is_alive() else self._code

    def await_end(self, deadline: float) -> None:
        """Wait until the worker has ended, or until `deadline` of the monotonic clock."""
        self._thread.join(max(0.0, deadline - time.monotonic()))

    def end(self) -> None:
        """Stop a scripted worker. A render ends when a write fails because its attempt is lost."""
        self.ended = True
        self._stopped.set()

    def _run(self) -> None:
        try:
            self._code = self._work()
        except scripted_worker.Killed:
            self._code = KILLED
        except BaseException:  # noqa: BLE001 - a process, too, would exit with 1
            traceback.print_exc()
            self._code = 1

    def _work(self) -> int:
        environment = WorkerEnvironment.read(self._variables)

        def client(service: str, **options: Any) -> Any:
            return self._fleet.client(self._variables, service, **options)

        storage = storage_of(environment, client)
        job = AttemptRepository(client("dynamodb"), environment.table).get(environment.job_id)
        if job is not None and self._fleet.is_scripted(job.team_id):
            return scripted_worker.work(environment, storage, self._stopped)
        return run_attempt(environment, storage)
