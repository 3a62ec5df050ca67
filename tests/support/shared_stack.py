"""Fixtures: one embedded stack shared by all tests, each kind of test with a team of its own."""

import time
from functools import partial

import pytest

from intarsia import names
from intarsia.local import stack as local_stack
from intarsia.local.stack import LocalStack
from intarsia.storage.jobs import JobRepository
from intarsia.storage.keys import KeyRepository, new_token
from render_container.worker import engine
from tests.support.engine_in_process import run_engine
from tests.support.thread_fleet import ThreadFleet

WAIT = 900  # seconds; a bound on hanging, not on speed
POLL = 0.2  # seconds


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items):
    """Run everything that uses the stack in one worker of pytest-xdist."""
    for item in items:
        ours = item.nodeid.startswith(("tests/stack/", "tests/contract/"))
        if ours and "stack" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """Return the file that lists each call made in the stack, with the caller's role."""
    return tmp_path_factory.mktemp("calls") / "calls.jsonl"


@pytest.fixture(scope="session")
def stack_settings(https_receiver):
    """Return the settings of the stack's operator: a webhook rule."""
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
def stack(tmp_path_factory, recorded, https_receiver, stack_settings):
    """Start the stack with workers that are threads (`thread_fleet`)."""
    folder = tmp_path_factory.mktemp("stack")
    running = LocalStack(folder, port=0, settings=stack_settings, record_calls=recorded)
    with pytest.MonkeyPatch.context() as patch:
        # The emulator and its functions read the trusted certificates when they start.
        patch.setenv("SSL_CERT_FILE", str(https_receiver.trusted))
        patch.setattr(local_stack, "Fleet", ThreadFleet)
        patch.setattr(engine, "run_engine", run_engine)
        # No test kills this stack, so frequent checkpoints are not needed. Pauses before retries
        # are shorter; their full lengths are checked in the state machine's definition.
        emulator = partial(local_stack.Emulator, checkpoint_interval=600.0, wait_scale=0.1)
        patch.setattr(local_stack, "Emulator", emulator)
        running.start()
        # Workers are threads here, so the variable of their tasks is set for this process.
        patch.setenv(names.ENV_OWN_PORTS, running._own_ports)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def await_tree(stack):
    """Return a function that waits until every job of a tree has ended, given its root's id.

    It looks into the table: a request to the API takes ten times as much CPU time.
    """
    jobs = JobRepository(stack.client("dynamodb"), stack.table)

    def wait(root):
        deadline = time.monotonic() + WAIT
        unended = [root]
        while unended:
            job = jobs.get(unended[-1])
            assert time.monotonic() < deadline, job
            if job.status.terminal:
                unended[-1:] = job.children
            else:
                time.sleep(POLL)

    return wait


@pytest.fixture(scope="session")
def key_of(stack):
    """Return a function that creates an API key of a team."""

    def make(team):
        token = new_token()
        keys = KeyRepository(stack.client("dynamodb"), stack.table)
        keys.add(token, team, f"tests of {team}")
        return token

    return make
