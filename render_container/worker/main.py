"""The worker's command: one attempt at the job that the environment names."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import boto3
from botocore.config import Config

from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.objects import Objects
from intarsia.storage.s3 import S3_CONFIG
from intarsia.storage.secrets import SecretRecords, SecretValues
from intarsia.storage.traces import Traces
from render_container.worker.attempt import NOT_RECORDED, Storage, run_attempt
from render_container.worker.environment import WorkerEnvironment
from render_container.worker.errors import AttemptError, MachineStoppedError
from render_container.worker.spending import spending


def main() -> int:
    """Run the attempt that the environment names, or examine the machine if called with `doctor`.

    Returns the doctor's exit code, or NOT_RECORDED if the environment is invalid. After an attempt,
    it exits instead of returning, because it must not wait for abandoned threads. The exit code is
    then that of `run_attempt`.
    """
    if sys.argv[1:2] == ["doctor"]:
        from render_container.doctor.main import main as doctor

        return doctor(sys.argv[2:])
    # Library logs can leak secrets: httpx logs whole URLs, botocore logs headers. Their errors are
    # raised, and logged by the worker with secrets masked.
    logging.disable()
    signal.signal(signal.SIGTERM, _stop)
    try:
        environment = WorkerEnvironment.read(os.environ)
    except AttemptError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_RECORDED
    code = run_attempt(environment, storage_of(environment))
    sys.stdout.flush()
    sys.stderr.flush()
    # Exit without joining threads: abandoned downloads may still wait for a server.
    os._exit(code)


def storage_of(
    environment: WorkerEnvironment, client: Callable[..., Any] = boto3.client
) -> Storage:
    """Return the repositories and buckets that `environment` names.

    `client` is called like `boto3.client`, with an AWS service's name, and returns its client.
    """
    config = Config(retries={"mode": "standard", "max_attempts": 5})
    # DynamoDB answers in milliseconds. A report that waits on a dead connection would delay the
    # detection of a cancelled job.
    quick = config.merge(Config(connect_timeout=5, read_timeout=5))
    dynamodb = client("dynamodb", config=quick)
    s3 = client("s3", config=S3_CONFIG.merge(config))
    prefix = environment.secrets_prefix
    records = SecretRecords(dynamodb, environment.table)
    return Storage(
        jobs=AttemptRepository(dynamodb, environment.table, spending(environment)),
        templates=Objects(s3, environment.templates_bucket),
        renders=Objects(s3, environment.renders_bucket),
        secrets=SecretValues(client("secretsmanager", config=config), prefix, records)
        if prefix
        else None,
        traces=Traces(lambda: _xray(client)),
    )


def _xray(client: Callable[..., Any] = boto3.client) -> Any:
    """Return an X-Ray client with short timeouts and no retries.

    It is used when the task's work is already done, and must not delay the next task on the
    machine. `client` is called like `boto3.client`.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return client("xray", config=config)


def _stop(signal_number: int, _: FrameType | None) -> None:
    """Raise MachineStoppedError at the first signal, and ignore all later ones.

    A second signal must not interrupt the recording of the stop.
    """
    signal.signal(signal_number, signal.SIG_IGN)
    raise MachineStoppedError


if __name__ == "__main__":
    sys.exit(main())
