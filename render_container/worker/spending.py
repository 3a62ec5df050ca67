"""What the task that a worker runs in costs, for as long as it runs."""

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
"""What a GPU machine says of itself, in a folder: instanceType, and lifecycle (`spot`)."""
_METADATA = "ECS_CONTAINER_METADATA_URI_V4"
"""Where ECS tells a container of its task; unset elsewhere."""
_LARGEST = 4096  # bytes


def spending(
    environment: WorkerEnvironment, clock: Callable[[], float] = time.time
) -> Spending | None:
    """The task's price by its time; None when nothing says what it runs on.

    `clock` gives seconds since 1970.
    """
    price = _price(environment)
    if price is None:
        return None
    factor = float(environment.variables.get(names.ENV_PRICE_FACTOR) or 1)
    began = _pull_of_image(environment) or clock()
    task = f"a{environment.attempt}_{environment.part}"
    return Spending(task, lambda: price(clock() - began) * factor)


def _price(environment: WorkerEnvironment) -> Callable[[float], float] | None:
    """US dollars by seconds."""
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
    """The machine's type, and whether it is spare capacity; an empty type: it does not say."""
    if not folder:
        return "", False
    try:
        with (Path(folder) / MACHINE_FILE).open(encoding="utf-8") as file:
            told = json.loads(file.read(_LARGEST))
        return str(told["instanceType"]), told["lifecycle"] == "spot"
    except (OSError, ValueError, KeyError, TypeError):
        return "", False


def _pull_of_image(environment: WorkerEnvironment) -> float | None:
    """When the task began to be paid for, if ECS says so. Seconds since 1970."""
    address = environment.variables.get(_METADATA)
    if not address:
        return None
    try:
        told = httpx.get(f"{address}/task", timeout=2.0).json()
        return datetime.fromisoformat(told["PullStartedAt"]).timestamp()
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
