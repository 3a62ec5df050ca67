"""The synthesised template on the emulator, with workers that follow a script."""

import sys
import time
from pathlib import Path

import pytest

from examples.templates import main_scene
from intarsia.client import TERMINAL
from intarsia.local.stack import LocalStack

SCRIPTED = (sys.executable, str(Path(__file__).with_name("scripted_worker.py")))
WAIT = 300  # seconds; a bound on hanging, not on speed


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items):
    # All of them share the stack, so all of them run in one worker of pytest-xdist.
    for item in items:
        if "workflow" in item.path.parts and "unit" not in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("workflow"))


@pytest.fixture(scope="session")
def settings(https_receiver):
    """What the operator of the stack has configured."""
    rule = {
        "name": "ends",
        "url": f"{https_receiver.url}/ends?from=intarsia",
        "pattern": {
            "detail-type": ["Job Status Changed"],
            "detail": {"status": ["finished", "error"]},
        },
    }
    return {"webhookRules": [rule]}


@pytest.fixture(scope="session")
def stack(tmp_path_factory, https_receiver, settings):
    folder = tmp_path_factory.mktemp("workflow")
    running = LocalStack(folder, port=0, worker=SCRIPTED, slots=4, settings=settings)
    with pytest.MonkeyPatch.context() as patch:
        # The emulator trusts whom it trusts when it starts.
        patch.setenv("SSL_CERT_FILE", str(https_receiver.trusted))
        running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(stack, connect):
    with connect(stack.url, stack.api_key) as client:
        yield client


@pytest.fixture(scope="session")
def template(client, tmp_path_factory):
    built = main_scene.build(tmp_path_factory.mktemp("built"))
    return client.add_template("main", built.path)["id"]


@pytest.fixture(scope="session")
def job(template):
    """A job that does what `script` says, after its children have; `engine` picks the fleet."""

    def make(script="finish", *children, engine="open"):
        text = {"type": "text", "layerName": "headline", "value": script}
        slots = [{"type": "job", "layerName": "PrecompLayer"} | child for child in children]
        return {
            "template": {"id": template, "composition": "main"},
            "settings": {"engine": engine},
            "assets": [text, *slots],
        }

    return make


@pytest.fixture(scope="session")
def finish(client):
    """Submit a job and wait until every job of its tree has ended: each before its children."""

    def run(job):
        root = client.submit(job)["id"]
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            jobs = client.tree(root)
            if all(each["status"] in TERMINAL for each in jobs):
                return jobs
            time.sleep(0.1)
        raise TimeoutError([(each["id"], each["status"], each["error"]) for each in jobs])

    return run


@pytest.fixture
def execution(stack):
    """How a job's execution ended, waiting for it."""
    machine = stack.deployment.outputs["StateMachineArn"]

    def ended(job_id):
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{job_id}"
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            found = stack.client("stepfunctions").describe_execution(executionArn=arn)
            if found["status"] != "RUNNING":
                return found["status"], found.get("error")
            time.sleep(0.1)
        raise TimeoutError(job_id)

    return ended
