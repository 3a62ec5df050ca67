"""The fleet with scripted workers, against a real emulator."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from intarsia.local import fleet as fleet_module
from intarsia.local.fleet import Fleet

MakeFleet = Callable[..., Fleet]

PATIENT = """
import os, pathlib, time
out = pathlib.Path(os.environ["OUT"])
out.with_suffix(".new").write_text(str(os.getpid()))
out.with_suffix(".new").rename(out)
time.sleep(600)
"""
"""Says which process it is, then waits to be ended."""

STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PATIENT

WITH_CHILD = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                         start_new_session=True)
out = pathlib.Path(os.environ["OUT"])
out.with_suffix(".new").write_text(str(child.pid))
out.with_suffix(".new").rename(out)
time.sleep(600)
"""
"""Says which process its child is, which sits in a session of its own."""


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # also when it goes between two looks
        return True


def _pid(path: Path, wait_for: Any) -> int:
    wait_for(path.exists, "the worker to begin")
    return int(path.read_text())


@pytest.mark.parametrize(
    ("ending", "code"),
    [("sys.exit(7)", 7), ("os.kill(os.getpid(), 9)", 137), ("raise SystemExit(255)", 255)],
)
def test_a_worker_that_fails_fails_the_state_with_its_exit_code(
    workflow: Any, make_fleet: MakeFleet, ending: str, code: int
) -> None:
    make_fleet(f"import os, sys\n{ending}")
    result = workflow.end(workflow.start())
    assert (result["status"], result["error"]) == ("FAILED", "States.TaskFailed")
    task = json.loads(result["cause"])
    assert [container["exitCode"] for container in task["containers"]] == [code]
    assert task["stopCode"] == "EssentialContainerExited"


def test_a_worker_that_ends_well_lets_the_execution_go_on(
    workflow: Any, make_fleet: MakeFleet
) -> None:
    make_fleet("")
    assert workflow.end(workflow.start())["status"] == "SUCCEEDED"
    assert workflow.tasks() == []


def test_a_command_that_cannot_be_started_fails_the_state(workflow: Any, tmp_path: Path) -> None:
    with Fleet(
        workflow.client("ecs"),
        "renders",
        logs=tmp_path / "logs",
        scratch=tmp_path / "scratch",
        environment={},
        session=workflow.emulator.credentials.session,
        command=["/no/such/worker"],
    ):
        result = workflow.end(workflow.start())
    assert json.loads(result["cause"])["containers"][0]["exitCode"] == 127
    (log,) = (tmp_path / "logs").iterdir()
    assert "cannot start /no/such/worker" in log.read_text()


def test_a_worker_gets_the_tasks_variables_and_this_machines(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path
) -> None:
    make_fleet("import os, json; print(json.dumps(dict(os.environ)))")
    workflow.end(workflow.start(FROM_TASK="task", FROM_FLEET="container's", TMPDIR="/scratch"))
    (log,) = (tmp_path / "logs").iterdir()
    seen = json.loads(log.read_text())
    assert seen["FROM_DEFINITION"] == "definition"
    assert seen["FROM_TASK"] == "task"
    assert seen["FROM_FLEET"] == "fleet"
    assert Path(seen["TMPDIR"]).parent == tmp_path / "scratch"


def test_a_worker_may_do_only_what_its_tasks_role_allows(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any, trust: Any
) -> None:
    iam, ecs = workflow.client("iam"), workflow.client("ecs")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust("ecs-tasks"))["Role"]
    allowed = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    iam.put_role_policy(
        RoleName="worker",
        PolicyName="worker",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    ecs.register_task_definition(
        family="guarded",
        taskRoleArn=role["Arn"],
        containerDefinitions=[{"name": "worker", "image": "none", "memory": 128}],
    )
    make_fleet("""
import boto3
print(boto3.client("sts").get_caller_identity()["Arn"])
boto3.client("s3").list_buckets()
try:
    boto3.client("dynamodb").list_tables()
except Exception as error:
    print(error)
""")
    (task,) = ecs.run_task(cluster="renders", taskDefinition="guarded")["tasks"]
    wait_for(lambda: task["taskArn"] not in workflow.tasks(), "the task's end")
    (log,) = (tmp_path / "logs").iterdir()
    identity, refusal = log.read_text().splitlines()
    assert identity.endswith(f":assumed-role/worker/{task['taskArn'].rsplit('/', 1)[-1]}")
    assert "AccessDenied" in refusal


def test_what_a_worker_leaves_in_its_temporary_folder_is_removed(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    make_fleet("import tempfile; tempfile.mkstemp()")
    workflow.end(workflow.start())
    wait_for(lambda: not list((tmp_path / "scratch").iterdir()), "an empty scratch folder")


@pytest.mark.parametrize("script", [PATIENT, STUBBORN], ids=["obedient", "stubborn"])
def test_stopping_a_task_ends_its_worker_and_fails_the_state(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any, script: str
) -> None:
    make_fleet(script)
    execution = workflow.start(OUT=str(tmp_path / "pid"))
    pid = _pid(tmp_path / "pid", wait_for)
    (task,) = workflow.tasks()
    workflow.client("ecs").stop_task(cluster="renders", task=task, reason="cancelled")
    wait_for(lambda: _gone(pid), "the worker's end")
    result = workflow.end(execution)
    assert result["error"] == "States.TaskFailed"
    assert json.loads(result["cause"])["stoppedReason"] == "cancelled"
    assert json.loads(result["cause"])["containers"][0]["exitCode"] == 143


def test_a_task_stopped_while_it_waits_never_begins(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    fleet = make_fleet(PATIENT, slots=1)
    first = workflow.start(OUT=str(tmp_path / "first"))
    _pid(tmp_path / "first", wait_for)
    (running,) = workflow.tasks()
    second = workflow.start(OUT=str(tmp_path / "second"))
    waiting = wait_for(lambda: set(workflow.tasks()) - {running}, "the second task").pop()
    wait_for(lambda: fleet.waiting == 1, "the fleet to see it")
    for task in (waiting, running):
        workflow.client("ecs").stop_task(cluster="renders", task=task, reason="cancelled")
    workflow.end(first)
    workflow.end(second)
    third = workflow.start(OUT=str(tmp_path / "third"))
    _pid(tmp_path / "third", wait_for)
    assert not (tmp_path / "second").exists()
    workflow.client("ecs").stop_task(cluster="renders", task=workflow.tasks()[0], reason="done")
    workflow.end(third)


def test_no_more_workers_run_at_once_than_there_are_slots(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path
) -> None:
    script = """
import fcntl, os, sys, time
lock = open(os.environ["OUT"], "a+")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write("+"); lock.flush()
fcntl.flock(lock, fcntl.LOCK_UN)
time.sleep(0.3)
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write("-"); lock.flush()
"""
    make_fleet(script, slots=2)
    executions = [workflow.start(OUT=str(tmp_path / "trace")) for _ in range(6)]
    assert {workflow.end(execution)["status"] for execution in executions} == {"SUCCEEDED"}
    depth = peak = 0
    for mark in (tmp_path / "trace").read_text():
        depth += 1 if mark == "+" else -1
        peak = max(peak, depth)
    assert peak == 2


def test_stopping_the_fleet_ends_its_workers_and_their_children(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    fleet = make_fleet(WITH_CHILD)
    workflow.start(OUT=str(tmp_path / "pid"))
    child = _pid(tmp_path / "pid", wait_for)
    fleet.stop()
    assert _gone(child)
    for task in workflow.tasks():
        workflow.client("ecs").stop_task(cluster="renders", task=task, reason="done")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only its own group is ended")
def test_a_worker_whose_keeper_is_killed_ends_and_fails_its_state(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    make_fleet(PATIENT)
    execution = workflow.start(OUT=str(tmp_path / "pid"))
    worker = psutil.Process(_pid(tmp_path / "pid", wait_for))
    worker.parent().kill()
    wait_for(lambda: _gone(worker.pid), "the worker to end")
    result = workflow.end(execution)
    assert (result["status"], result["error"]) == ("FAILED", "States.TaskFailed")


def test_what_a_killed_worker_started_does_not_outlive_it(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    make_fleet(WITH_CHILD)
    execution = workflow.start(OUT=str(tmp_path / "pid"))
    child = _pid(tmp_path / "pid", wait_for)
    parent = psutil.Process(child).parent()
    assert parent is not None
    parent.kill()
    assert workflow.end(execution)["error"] == "States.TaskFailed"
    wait_for(lambda: _gone(child), "the end of the worker's child")


FLEET_PROCESS = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from intarsia.local.clients import Clients
from intarsia.local.credentials import Credentials
from intarsia.local import fleet as fleet_module
from intarsia.local.fleet import Fleet
endpoint, state, home = sys.argv[1:]
credentials = Credentials.of(Path(state))
Fleet(Clients(endpoint, credentials)("ecs"), "renders", logs=Path(home) / "logs", grace=0.2,
      scratch=Path(home) / "scratch", environment={}, session=credentials.session,
      command=[sys.executable, str(Path(home) / "script.py")]).start()
threading.Event().wait()
"""


def test_a_killed_fleet_leaves_no_worker_and_the_next_stops_its_tasks(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    (tmp_path / "script.py").write_text(WITH_CHILD)
    fleet = subprocess.Popen(
        [
            *(sys.executable, "-c", FLEET_PROCESS, workflow.emulator.endpoint),
            *(str(workflow.emulator.state), str(tmp_path)),
        ]
    )
    execution = workflow.start(OUT=str(tmp_path / "pid"))
    child = _pid(tmp_path / "pid", wait_for)
    os.kill(fleet.pid, signal.SIGKILL)
    fleet.wait()
    wait_for(lambda: _gone(child), "the end of the worker's child")
    begun_later = workflow.start()
    wait_for(lambda: len(workflow.tasks()) == 2, "the second task")
    make_fleet("")
    assert workflow.end(execution)["error"] == "States.TaskFailed"
    assert workflow.end(begun_later)["status"] == "SUCCEEDED"


def test_a_workers_keeper_holds_what_is_shared_until_the_worker_has_ended(
    workflow: Any, make_fleet: MakeFleet, tmp_path: Path, wait_for: Any
) -> None:
    out = tmp_path / "pid"
    reading, writing = os.pipe()
    fleet = make_fleet(STUBBORN, shared=[writing])
    os.set_blocking(reading, False)
    workflow.start(OUT=str(out))
    pid = _pid(out, wait_for)
    os.close(writing)
    with pytest.raises(BlockingIOError):  # somebody has the other end
        os.read(reading, 1)
    fleet.stop()
    assert os.read(reading, 1) == b""
    assert _gone(pid)
    os.close(reading)


class Hangs:
    """An ECS that does not answer any more once it has named one task."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.over = threading.Event()
        self._looks = 0

    def get_paginator(self, _name: str) -> Any:
        return self

    def paginate(self, **_arguments: Any) -> Any:
        self._looks += 1
        if self._looks == 3:  # the one at the start, the one that launches, this one
            self.asked.set()
            self.over.wait(60)
        return [{"taskArns": ["arn/task-1"] if self._looks > 1 else []}]

    def describe_tasks(self, **_arguments: Any) -> Any:
        task = {"taskArn": "arn/task-1", "lastStatus": "RUNNING", "taskDefinitionArn": "worker"}
        return {"tasks": [task | {"createdAt": datetime.now(UTC)}]}

    def describe_task_definition(self, **_arguments: Any) -> Any:
        return {"taskDefinition": {"containerDefinitions": [{"name": "worker"}]}}


def test_a_stop_ends_the_workers_although_the_emulator_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_for: Any
) -> None:
    monkeypatch.setattr(fleet_module, "LOOK_LIMIT", 0.0)
    (tmp_path / "worker.py").write_text(PATIENT)
    ecs, out = Hangs(), tmp_path / "pid"
    fleet = Fleet(
        ecs,
        "renders",
        logs=tmp_path / "logs",
        scratch=tmp_path / "scratch",
        environment={"OUT": str(out)},
        session=lambda _task, _role: {},
        command=[sys.executable, str(tmp_path / "worker.py")],
        grace=0.5,
    )
    fleet.start()
    pid = _pid(out, wait_for)
    assert ecs.asked.wait(120)
    fleet.stop()
    assert fleet._thread.is_alive()  # it still waits for the answer
    assert _gone(pid)
    ecs.over.set()
