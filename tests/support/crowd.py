"""A fleet whose workers are threads: as many renders as a big batch has, without as many processes.

What a worker is told and what it records are real; it only draws nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import boto3

from intarsia import names
from intarsia.domain.jobs import Output
from intarsia.local.tasks import Task, TaskBoard
from intarsia.storage.attempts import AttemptRepository, LostAttemptError

POLL = 0.2  # seconds
WORKERS = 4
OUTPUT = Output(key="k", bytes=1, frames=1, width=1, height=1, fps=25, duration=1)


class Crowd:
    """Takes the place of `intarsia.local.fleet.Fleet`."""

    def __init__(self, ecs: Any, cluster: str, *, environment: dict[str, str], **_: Any) -> None:
        self._board = TaskBoard(ecs, cluster)
        self._dynamodb = boto3.client(
            "dynamodb",
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        """Begin to look for tasks."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for what runs."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            while not self._ending.wait(POLL):
                fresh, _ = self._board.look()
                list(pool.map(self._work, fresh))

    def _work(self, task: Task) -> None:
        job_id, attempt = task.environment[names.ENV_JOB_ID], task.environment[names.ENV_ATTEMPT]
        jobs = AttemptRepository(self._dynamodb, task.environment[names.ENV_TABLE])
        try:
            jobs.start(job_id, int(attempt), rendered_by="crowd")
            jobs.finish(
                job_id,
                int(attempt),
                output=OUTPUT,
                render_seconds=0.01,
                rendered_by="crowd",
                missing_fonts=[],
                warnings=[],
            )
        except LostAttemptError:
            pass
        self._board.report(task, 0)
