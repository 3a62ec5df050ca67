"""A real emulator in a process of its own, with a state machine that runs ECS tasks."""

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intarsia.local.emulator import Emulator
from intarsia.local.environment import aws
from intarsia.local.fleet import Fleet

CLUSTER = "renders"


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run everything that uses an emulator in one worker of pytest-xdist, which shares it."""
    for item in items:
        if item.nodeid.startswith("tests/unit/local/"):
            used = getattr(item, "fixturenames", ())
            if {"emulator", "make_emulator"} & set(used):
                item.add_marker(pytest.mark.xdist_group("emulator"))


def trust(service: str) -> str:
    """The trust policy of a role that a service may take."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def wait_for(condition: Callable[[], Any], what: str, limit: float = 120.0) -> Any:
    """The condition's value as soon as it is true; fails after `limit` seconds."""
    deadline = time.monotonic() + limit
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {limit} s for {what}"
        time.sleep(0.02)
    return value


@pytest.fixture(scope="session", name="trust")
def trust_fixture() -> Callable[[str], str]:
    return trust


@pytest.fixture(scope="session", name="wait_for")
def wait_for_fixture() -> Callable[..., Any]:
    return wait_for


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator that all tests share; each leaves it running and names its resources itself."""
    home = tmp_path_factory.mktemp("emulator")
    # Rare checkpoints, so that it uses no CPU time while other tests run.
    emulator = Emulator(home / "state", home / "emulator.log", checkpoint_interval=600.0)
    emulator.start()
    yield emulator
    emulator.stop()


@dataclass
class Workflow:
    """A state machine with one `ecs:runTask.sync`, and what its workers do."""

    emulator: Emulator
    machine: str

    def client(self, service: str) -> Any:
        return self.emulator.clients(service)

    def start(self, **environment: str) -> str:
        """Start an execution whose task gets these variables; its ARN."""
        variables = [{"Name": name, "Value": value} for name, value in environment.items()]
        execution = self.client("stepfunctions").start_execution(
            stateMachineArn=self.machine, input=json.dumps({"environment": variables})
        )
        return str(execution["executionArn"])

    def end(self, execution: str) -> dict[str, Any]:
        """The finished execution."""

        def ended() -> Any:
            found = self.client("stepfunctions").describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        result: dict[str, Any] = wait_for(ended, "the execution's end")
        return result

    def tasks(self) -> list[str]:
        arns: list[str] = self.client("ecs").list_tasks(cluster=CLUSTER)["taskArns"]
        return arns


def make_workflow(emulator: Emulator) -> Workflow:
    """Put a cluster, a task definition and a state machine into an emulator."""
    ecs = emulator.clients("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.register_task_definition(
        family="worker",
        containerDefinitions=[
            {
                "name": "worker",
                "image": "none",
                "memory": 128,
                "environment": [{"name": "FROM_DEFINITION", "value": "definition"}],
            }
        ],
    )
    role = emulator.clients("iam").create_role(
        RoleName="machine", AssumeRolePolicyDocument=trust("states")
    )["Role"]["Arn"]
    overrides = {"ContainerOverrides": [{"Name": "worker", "Environment.$": "$.environment"}]}
    render = {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Parameters": {"Cluster": CLUSTER, "TaskDefinition": "worker", "Overrides": overrides},
        "TimeoutSeconds": 3600,
        "End": True,
    }
    machine = emulator.clients("stepfunctions").create_state_machine(
        name="render",
        definition=json.dumps({"StartAt": "Render", "States": {"Render": render}}),
        roleArn=role,
    )["stateMachineArn"]
    return Workflow(emulator, machine)


@pytest.fixture(scope="session")
def workflow(emulator: Emulator) -> Workflow:
    return make_workflow(emulator)


@pytest.fixture(scope="session", name="make_workflow")
def make_workflow_fixture() -> Callable[[Emulator], Workflow]:
    return make_workflow


@pytest.fixture
def make_fleet(workflow: Workflow, tmp_path: Path) -> Iterator[Callable[..., Fleet]]:
    """Makes fleets whose workers run a Python script; all are stopped in the end."""
    made: list[Fleet] = []

    def make(script: str, **settings: Any) -> Fleet:
        path = tmp_path / "worker.py"
        path.write_text(script)
        fleet = Fleet(
            workflow.client("ecs"),
            CLUSTER,
            logs=tmp_path / "logs",
            scratch=tmp_path / "scratch",
            environment=aws(workflow.emulator.endpoint) | {"FROM_FLEET": "fleet"},
            session=workflow.emulator.credentials.session,
            command=[sys.executable, str(path)],
            **{"slots": 2, "grace": 0.5} | settings,
        )
        made.append(fleet)
        fleet.start()
        return fleet

    yield make
    for fleet in made:
        fleet.stop()


@pytest.fixture(scope="session")
def zipped() -> Callable[[str], bytes]:
    """Makes a function's code: a zip with one `index.py`."""

    def make(source: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("index.py", source)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def create_function(zipped: Callable[[str], bytes], trust: Any) -> Callable[..., None]:
    """Return a function that creates a Lambda function, with a role that allows nothing."""

    def create(emulator: Emulator, name: str, source: str, **settings: Any) -> None:
        role = emulator.clients("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=trust("lambda")
        )["Role"]["Arn"]
        emulator.clients("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": zipped(source)},
            **settings,
        )

    return create
