"""The workflow on the shared stack, with workers that follow a script."""

import time

import pytest

TEAM = "workflow"
"""Its jobs are scripted."""

WAIT = 300  # seconds; a bound on hanging, not on speed


@pytest.fixture(scope="session")
def client(stack, connect, key_of):
    with connect(stack.url, key_of(TEAM)) as client:
        yield client


@pytest.fixture(scope="session")
def template(client, example_templates):
    return client.add_template("main", example_templates["main"].path)["id"]


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
def finish(client, await_tree):
    """Submit a job; return the jobs of its tree when all have ended, each before its children."""

    def run(job):
        root = client.submit(job)["id"]
        await_tree(root)
        return client.tree(root)

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
