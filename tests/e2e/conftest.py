"""One embedded stack for all end-to-end tests, with the example templates uploaded."""

import time

import pytest

from examples.demo.jobs import load_job
from examples.templates.build import build_all
from intarsia.client import TERMINAL
from intarsia.local.stack import LocalStack

WAIT = 900  # seconds; a bound on hanging, not on speed


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items):
    # All of them share the stack, so all of them run in one worker of pytest-xdist.
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """File with every call made in the stack, and by whom."""
    return tmp_path_factory.mktemp("calls") / "calls.jsonl"


@pytest.fixture(scope="session")
def stack(tmp_path_factory, recorded, https_receiver):
    running = LocalStack(tmp_path_factory.mktemp("stack"), port=0, record_calls=recorded)
    with pytest.MonkeyPatch.context() as patch:
        # The functions trust whom the emulator trusts when it starts.
        patch.setenv("SSL_CERT_FILE", str(https_receiver.trusted))
        running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(stack, connect):
    with connect(stack.url, stack.api_key) as client:
        yield client


@pytest.fixture(scope="session")
def templates(client, tmp_path_factory):
    """Ids of the example templates by name."""
    built = build_all(tmp_path_factory.mktemp("built"))
    return {
        template.name: client.add_template(template.display_name, template.path)["id"]
        for template in built
    }


@pytest.fixture(scope="session")
def example(templates):
    """A job of `examples/jobs` with real template ids."""
    return lambda name: load_job(name, templates)


@pytest.fixture
def finish(client):
    """Wait until every job of a tree has ended; returns the jobs, each before its children."""

    def wait(job_id):
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            jobs = client.tree(job_id)
            if all(job["status"] in TERMINAL for job in jobs):
                return jobs
            time.sleep(0.2)
        raise TimeoutError({job["id"]: job["status"] for job in client.tree(job_id)})

    return wait
