"""Patches of MiniStack, the AWS emulator, each with its reason.

They are written against the source of one version of MiniStack, which `launcher` requires. Most
patches replace a function of a MiniStack module by name, and fail if the module has no function of
that name.
"""
# ruff: noqa: SLF001 - reaching into another package's modules is what this file is for

import contextlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import psutil
from hypercorn.config import Config as HypercornConfig
from ministack import app
from ministack.core import router
from ministack.core.responses import error_response_json, json_response
from ministack.services import (
    cloudformation,
    cloudwatch,
    ecs,
    lambda_svc,
    stepfunctions,
)

from intarsia.local import emulator_auth, emulator_permissions
from intarsia.local.checkpoints import Checkpoints
from intarsia.local.credentials import Credentials
from intarsia.local.metrics import points_in

POLL = 0.2
"""Seconds between two checks of an ECS task for which a state machine waits."""

TERMINATED = 128 + 15
"""Exit code that is recorded for a container that ECS's StopTask ended with SIGTERM."""

GRACEFUL = 1.0
"""Seconds that unfinished requests get to finish when the emulator stops."""

STOPPED_TASKS_KEPT = timedelta(hours=1)
"""Time for which stopped ECS tasks are kept: about one hour, as in ECS itself."""

INVOKE = "execute-api:Invoke"
"""IAM action of a request to an API in API Gateway."""

_tasks_lock = threading.RLock()


def apply(checkpoint_interval: float, credentials: Credentials) -> Checkpoints:
    """Apply all patches; return the object that saves the emulator's state periodically.

    It starts when MiniStack has loaded its state. `checkpoint_interval` is the time between two
    saves in seconds. `credentials` are the ones that the emulator then accepts.
    """
    emulator_auth.install(credentials)
    emulator_permissions.install()
    no_docker()
    task_roles(credentials)
    unknown_routes_are_not_found()
    locked_tasks()
    endless_task_poll()
    exit_codes()
    stopped_means_terminated()
    restored_tasks_are_stopped()
    streams_begin_at_zero()
    embedded_metrics()
    interrupted_deployments_have_ended()
    requests_are_not_waited_for()
    services_are_named_by_their_folders()
    checkpoints = Checkpoints(checkpoint_interval, before=forget_stopped_tasks)
    exit_when_saved(checkpoints)
    # One line per service and checkpoint would flood the log.
    logging.getLogger("persistence").setLevel(logging.WARNING)
    return checkpoints


def services_are_named_by_their_folders() -> None:
    """Make MiniStack recognise the names of AWS services by the names of botocore's folders.

    Unpatched, MiniStack loads the models of all services to collect their names. The first request
    to a service that the emulator does not support then takes two seconds. A few folders are named
    differently from their services; for these, the error is less precise.
    """

    @cache
    def names() -> frozenset[str]:
        from botocore.session import get_session

        return frozenset(get_session().get_available_services())

    _replace(router, "_is_aws_service_name", lambda _original: lambda scope: scope in names())


def _replace(module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
    """Replace function `name` of `module` by `make(original)`, also in its table of actions if any.

    Raises AttributeError if the module has no such function.
    """
    original = getattr(module, name)
    replacement = make(original)
    setattr(module, name, replacement)
    actions = getattr(module, "_ACTION_MAP", {})
    for action in [action for action, function in actions.items() if function is original]:
        actions[action] = replacement


def no_docker() -> None:
    """Prevent the emulator from running ECS tasks in Docker, so that the local fleet runs them all.

    This matters on a machine with a Docker daemon.
    """
    _replace(ecs, "_get_docker", lambda _original: lambda: None)


def locked_tasks() -> None:
    """Serialize MiniStack's functions that iterate over the tasks of ECS.

    Unpatched, RunTask counts the cluster's tasks while other threads add theirs. One or two calls
    in 1,200 fail with "dictionary changed size during iteration". No Retry or Catch of the state
    machine handles this error: it fails the execution and leaves the task running.
    """

    def locked(original: Any) -> Any:
        @wraps(original)
        def call(*arguments: Any) -> Any:
            with _tasks_lock:
                return original(*arguments)

        return call

    for name in ("_run_task", "_list_tasks", "_recount_cluster", "get_state"):
        _replace(ecs, name, locked)


def task_roles(credentials: Credentials) -> None:
    """Register a session of the task's role for each ECS task that is run.

    ECS gives every task temporary credentials of its role; unpatched, MiniStack does not. They are
    derived from `credentials`, and the fleet derives the same ones for the task's worker.
    """

    def make(original: Any) -> Any:
        def run(data: dict[str, Any]) -> Any:
            answer = original(data)
            for task in json.loads(answer[2]).get("tasks", []):
                role = ecs._task_defs[ecs._resolve_td_key(task["taskDefinitionArn"])].get(
                    "taskRoleArn"
                )
                if role:
                    arn = task["taskArn"]
                    emulator_auth.register(credentials, arn, role, arn.rsplit("/", 1)[-1])
            return answer

        return run

    _replace(ecs, "_run_task", make)


def unknown_routes_are_not_found() -> None:
    """Make the emulator return 404 for requests to API paths without a route.

    Unpatched, MiniStack refuses them for lack of AWS credentials.
    """

    def make(original: Any) -> Any:
        def enforce(*place: Any, iam_action: str = INVOKE) -> Any:
            api_id, stage, method, path = place[:4]
            known = app._execute_api_authorization_type(api_id, stage, method, path)
            if known is None and iam_action == INVOKE:
                return None
            return original(*place, iam_action=iam_action)

        return enforce

    _replace(app, "_enforce_execute_api", make)


def endless_task_poll() -> None:
    """Make `ecs:runTask.sync` wait without limit, and fail on exit codes other than 0.

    AWS waits as long as the state machine may run, and fails the state with `States.TaskFailed`
    when a container exits with anything but 0. Unpatched, MiniStack stops waiting after ten
    minutes, and succeeds with any exit code. The patch also checks the task more often: every 0.2 s
    (POLL) instead of every second.
    """

    def poll(cluster: str, task_arns: list[str]) -> dict[str, Any]:
        while True:
            time.sleep(POLL)
            _, _, body = ecs._describe_tasks({"cluster": cluster, "tasks": task_arns})
            result: dict[str, Any] = json.loads(body)
            tasks = result.get("tasks", [])
            if len(tasks) < len(task_arns):
                raise stepfunctions._ExecutionError("States.TaskFailed", body)
            if all(task["lastStatus"] == "STOPPED" for task in tasks):
                for task in tasks:
                    if any(container.get("exitCode") != 0 for container in task["containers"]):
                        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(task))
                return result

    _replace(stepfunctions, "_poll_ecs_tasks", lambda _original: poll)


def exit_codes() -> None:
    """Make ECS's SubmitContainerStateChange stop the task and record the container's exit code.

    The fleet reports the end of a worker by this call. Unpatched, the call has no effect.
    """

    def submit(data: dict[str, Any]) -> Any:
        task = ecs._resolve_task(
            data.get("task", ""), ecs._resolve_cluster_name(data.get("cluster", "default"))
        )
        if not task:
            return error_response_json("ClientException", "The task was not found.", 400)
        if data.get("status") == "STOPPED":
            for container in task["containers"]:
                if container["name"] == data.get("containerName", container["name"]):
                    container["reason"] = data.get("reason")
            ecs._mark_task_stopped(
                task["taskArn"],
                task,
                "Essential container in task exited",
                "EssentialContainerExited",
                exit_code=data.get("exitCode"),
            )
        return json_response({"acknowledgment": "ACCEPT"})

    _replace(ecs, "_submit_container_state_change", lambda _original: submit)


def stopped_means_terminated() -> None:
    """Make ECS's StopTask record the exit code TERMINATED.

    Unpatched, it records exit code 0, so that a cancelled render looks like a success. On AWS the
    container gets SIGTERM. The resulting exit code is recorded and fails the state that runs the
    task.
    """

    def make(original: Any) -> Any:
        def mark(
            task_arn: str,
            task: dict[str, Any],
            reason: str,
            stop_code: str,
            exit_code: int | None = None,
        ) -> Any:
            if stop_code == "UserInitiated":
                exit_code = TERMINATED
            return original(task_arn, task, reason, stop_code, exit_code=exit_code)

        return mark

    _replace(ecs, "_mark_task_stopped", make)


def restored_tasks_are_stopped() -> None:
    """Mark all ECS tasks as stopped when the emulator loads its saved state.

    Unpatched, a restart restores tasks as half stopped, and ListTasks returns them for ever. Their
    executions ended with the restart (`States.ServiceRestart`) and their workers with the fleet, so
    the tasks must appear as lost.
    """

    def make(original: Any) -> Any:
        def load(data: dict[str, Any]) -> None:
            original(data)
            for task in ecs._tasks.all_values():
                if task["desiredStatus"] != "STOPPED":
                    task["desiredStatus"] = "STOPPED"
                    task["stoppedAt"] = ecs._iso()
                    task["stopCode"] = "TerminationNotice"
                    task["stoppedReason"] = "The emulator was restarted"

        return load

    _replace(ecs, "load_persisted_state", make)


def forget_stopped_tasks() -> None:
    """Remove ECS tasks that stopped more than STOPPED_TASKS_KEPT ago.

    Unpatched, they are kept for ever, and every ListTasks iterates over all of them.
    """
    limit = datetime.now(UTC) - STOPPED_TASKS_KEPT
    with _tasks_lock:
        for key, task in ecs._tasks.all_items():
            stopped = task.get("stoppedAt") if task["lastStatus"] == "STOPPED" else None
            if stopped and datetime.fromisoformat(stopped) < limit:
                ecs._tasks.pop_scoped(*key, None)


def streams_begin_at_zero() -> None:
    """Set the positions of event source mappings in table streams to 0 when the state is loaded.

    The records of a table's stream are numbered from 0 again after a restart. Unpatched, the
    mappings keep their old positions, so as many records as were delivered before are skipped
    silently. Deleting the positions would be enough only for mappings that start at TRIM_HORIZON. A
    mapping that starts at LATEST would then miss the records before its first poll.
    """

    def make(original: Any) -> Any:
        def load(data: dict[str, Any]) -> None:
            original(data)
            positions = lambda_svc._dynamodb_stream_positions._data
            positions.update(dict.fromkeys(positions, 0))

        return load

    _replace(lambda_svc, "load_persisted_state", make)


def embedded_metrics() -> None:
    """Store the metrics that Lambda functions print in CloudWatch's embedded metric format.

    On AWS, CloudWatch extracts them from the log for the dashboard and the alarms. Unpatched,
    MiniStack leaves them in the log.
    """

    def make(original: Any) -> Any:
        def emit(func: Any, request_id: str, log_text: str, *rest: Any, **named: Any) -> None:
            original(func, request_id, log_text, *rest, **named)
            found = list(points_in(log_text))
            for point in found:
                cloudwatch._metric_bucket(
                    (point.namespace, point.name, cloudwatch._dims_key(point.dimensions))
                ).append(
                    {
                        "Timestamp": point.time,
                        "Value": point.value,
                        "Unit": point.unit,
                        "Dimensions": point.dimensions,
                    }
                )
            if found:
                cloudwatch._evaluate_all_alarms()

        return emit

    _replace(lambda_svc, "_emit_lambda_logs", make)


def interrupted_deployments_have_ended() -> None:
    """Mark interrupted CloudFormation deployments as ended when the emulator loads its saved state.

    An interrupted update gets the status UPDATE_ROLLBACK_COMPLETE; any other deployment gets
    CREATE_FAILED. Unpatched, a deployment interrupted by the emulator's end stays in progress for
    ever. Its stack can then neither be updated nor reach an end. An interrupted update leaves the
    previous template recorded, so the next update repeats the work.
    """

    def make(original: Any) -> Any:
        def load(data: dict[str, Any]) -> None:
            original(data)
            for stack in cloudformation._stacks.all_values():
                if stack["StackStatus"].endswith("_IN_PROGRESS"):
                    update = stack["StackStatus"].startswith("UPDATE_")
                    stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE" if update else "CREATE_FAILED"

        return load

    _replace(cloudformation, "load_persisted_state", make)


def requests_are_not_waited_for() -> None:
    """Shorten the emulator's wait for unfinished requests at a stop from three seconds to GRACEFUL.

    No client needs their responses: the front, the fleet and the workers end before the emulator.
    """
    HypercornConfig.graceful_timeout = GRACEFUL


def exit_when_saved(checkpoints: Checkpoints) -> None:
    """Start `checkpoints` after the emulator's startup; at shutdown, save with them and exit.

    Unpatched, a process with unfinished executions saves its state and does not exit: it joins
    threads that wait for tasks that will never stop. After the ASGI lifespan's shutdown, the state
    is saved and the port is closed, so the process may exit without these threads.
    """
    _replace(app, "save_all", lambda _original: checkpoints.save_for_good)

    def make(original: Any) -> Any:
        async def lifespan(scope: Any, receive: Any, send: Any) -> None:
            async def watched(message: Any) -> None:
                if message["type"] == "lifespan.startup.complete":
                    checkpoints.start()
                await send(message)

            await original(scope, receive, watched)
            leave()

        return lifespan

    _replace(app, "_handle_lifespan", make)


def leave() -> NoReturn:
    """Kill the process's children, and exit with code 0 without waiting for its threads.

    Call it when the emulator's state has been saved.
    """
    Path(app._pid_file(int(app._resolve_port()))).unlink(missing_ok=True)
    # Otherwise functions would run to their end.
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    logging.shutdown()
    os._exit(0)
