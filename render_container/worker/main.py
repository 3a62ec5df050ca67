"""The worker's command: renders the one job that its environment names."""

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
    """Render; the exit code says whether the table knows how it went. Or `doctor`: look around."""
    if sys.argv[1:2] == ["doctor"]:
        from render_container.doctor.main import main as doctor

        return doctor(sys.argv[2:])
    # Libraries do not know what must not be written: httpx tells whole URLs, botocore headers.
    # What goes wrong in them is raised, and told by us.
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
    # Downloads that were given up may still wait for a server; nothing waits for them.
    os._exit(code)


def storage_of(
    environment: WorkerEnvironment, client: Callable[..., Any] = boto3.client
) -> Storage:
    """Return the storage configured in the environment; `client` makes the boto3 clients."""
    config = Config(retries={"mode": "standard", "max_attempts": 5})
    # Answers in milliseconds; a report that waits for a lost connection would hide a cancelled job.
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
    """X-Ray is asked once: the task is done, and its machine waits for the next one."""
    config = Config(
        connect_timeout=2,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return client("xray", config=config)


def _stop(signal_number: int, _: FrameType | None) -> None:
    """End what is being done, once: a second signal must not interrupt the record of the first."""
    signal.signal(signal_number, signal.SIG_IGN)
    raise MachineStoppedError


if __name__ == "__main__":
    sys.exit(main())
