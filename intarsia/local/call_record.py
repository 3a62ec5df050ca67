"""Record of the AWS calls in the emulator: principal, action and resource, as lines of JSON.

Functions and tasks sign their calls with their role's credentials, and the emulator's IAM evaluates
each call. These calls are recorded at the evaluation. A state machine's calls are made inside the
emulator without an IAM check, so they are recorded where the emulator makes them.
"""
# ruff: noqa: SLF001 - the emulator has no public hooks

import json
import threading
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import stepfunctions

_ARGUMENTS = ("Cluster", "FunctionName", "StateMachineArn", "TableName", "TaskDefinition")
"""Arguments of a state machine's call that name a resource. Only these are recorded, because the
others contain the job's data."""

_machine_role: ContextVar[str] = ContextVar("machine_role", default="")


class CallRecord:
    """A file with one line for each distinct AWS call in the emulator. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: set[str] = set()
        self._lock = threading.Lock()

    def listen(self) -> None:
        """Start to record all AWS calls in the emulator.

        Call it before the emulator serves requests.
        """
        self._listen_to_requests()
        self._listen_to_machines()

    def _write(self, **call: Any) -> None:
        line = json.dumps(call, sort_keys=True, default=str)
        with self._lock:
            if line not in self._written:
                self._written.add(line)
                with self._path.open("a") as file:
                    file.write(line + "\n")

    def _listen_to_requests(self) -> None:
        evaluate = iam_evaluator.evaluate

        @wraps(evaluate)
        def recording(context: Any, *policies: Any) -> Any:
            self._write(
                principal=context.principal_arn,
                action=context.action,
                resource=context.resource_arn,
                context=context.service_context,
            )
            return evaluate(context, *policies)

        iam_evaluator.evaluate = recording

    def _listen_to_machines(self) -> None:
        execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_resource

        @wraps(execute)
        def executing(state: Any, given: Any, execution: Any, context: Any) -> Any:
            machine = stepfunctions._state_machines[execution["stateMachineArn"]]
            _machine_role.set(machine["roleArn"])
            return execute(state, given, execution, context)

        @wraps(invoke)
        def invoking(resource: str, arguments: Any) -> Any:
            named = {name: arguments[name] for name in _ARGUMENTS if name in arguments}
            self._write(principal=_machine_role.get(), integration=resource, arguments=named)
            return invoke(resource, arguments)

        stepfunctions._execute_task = executing
        stepfunctions._invoke_resource = invoking
