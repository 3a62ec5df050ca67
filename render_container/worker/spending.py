"""Cost of the worker's task, computed from the task's running time."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx

from intarsia import names
from intarsia.domain.costs import fargate_cost, machine_cost
from intarsia.domain.prices import MACHINE_HOUR
from intarsia.storage.attempts import Spending
from render_container.worker.environment import WorkerEnvironment

MACHINE_FILE = "machine.json"
"""Name of the JSON file, in the folder ENV_MACHINE, that describes a GPU machine.

Its fields are `instanceType`, and `lifecycle` (`spot` or another value).
"""
_METADATA = "ECS_CONTAINER_METADATA_URI_V4"
"""Environment variable with the URL of ECS's task metadata; unset outside ECS."""
_LARGEST = 4096  # bytes of MACHINE_FILE that are read


def spending(
    environment: WorkerEnvironment, clock: Callable[[], float] = time.time
) -> Spending | None:
    """Return the task's name and a function of its cost; None if its machine has no known price.

    `clock` returns the current time in seconds since 1970.
    """
    price = _price(environment)
    if price is None:
        return None
    factor = float(environment.variables.get(names.ENV_PRICE_FACTOR) or 1)
    began = _pull_of_image(environment) or clock()
    task = f"a{environment.attempt}_{environment.part}"
    return Spending(task, lambda: price(clock() - began) * factor)


def _price(environment: WorkerEnvironment) -> Callable[[float], float] | None:
    """Return a function from running time in seconds to cost in US dollars.

    Returns None if the machine is unknown or has no known price.
    """
    variables = environment.variables
    vcpus, memory = variables.get(names.ENV_TASK_VCPUS), variables.get(names.ENV_TASK_MEMORY)
    if vcpus and memory:
        spare = variables.get(names.ENV_CAPACITY) == "FARGATE_SPOT"
        return lambda seconds: fargate_cost(
            seconds, vcpus=float(vcpus), gibibytes=float(memory), spot=spare
        )
    kind, spot = _machine(variables.get(names.ENV_MACHINE))
    if kind not in MACHINE_HOUR:
        kind, spot = variables.get(names.ENV_INSTANCE_TYPE, ""), False
    if kind not in MACHINE_HOUR:
        return None
    return lambda seconds: machine_cost(seconds, kind, spot=spot)


def _machine(folder: str | None) -> tuple[str, bool]:
    """Return the machine's EC2 instance type, and whether it is a spot instance.

    Reads MACHINE_FILE in `folder`. The type is empty if `folder` is None or the file is unusable.
    """
    if not folder:
        return "", False
    try:
        with (Path(folder) / MACHINE_FILE).open(encoding="utf-8") as file:
            told = json.loads(file.read(_LARGEST))
        return str(told["instanceType"]), told["lifecycle"] == "spot"
    except (OSError, ValueError, KeyError, TypeError):
        return "", False


def _pull_of_image(environment: WorkerEnvironment) -> float | None:
    """Return the start of the image pull, when billing begins, in seconds since 1970.

    Returns None outside ECS, and if ECS's task metadata cannot be read.
    """
    address = environment.variables.get(_METADATA)
    if not address:
        return None
    try:
        told = httpx.get(f"{address}/task", timeout=2.0).json()
        return datetime.fromisoformat(told["PullStartedAt"]).timestamp()
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
