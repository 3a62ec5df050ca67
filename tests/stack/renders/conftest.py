"""Real renders on the shared stack, with the example templates uploaded."""

import time

import pytest

from examples.demo.jobs import load_job
from intarsia.client import TERMINAL

WAIT = 900  # seconds; a bound on hanging, not on speed
POLL = 0.3  # seconds


@pytest.fixture(scope="session")
def client(stack, connect):
    with connect(stack.url, stack.api_key) as client:
        yield client


@pytest.fixture(scope="session")
def templates(client, example_templates):
    """Ids of the example templates by name."""
    return {
        template.name: client.add_template(template.display_name, template.path)["id"]
        for template in example_templates.values()
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
            # The root mostly ends last; a tree costs a request for each of its jobs.
            if client.job(job_id)["status"] in TERMINAL:
                jobs = client.tree(job_id)
                if all(job["status"] in TERMINAL for job in jobs):
                    return jobs
            time.sleep(POLL)
        raise TimeoutError({job["id"]: job["status"] for job in client.tree(job_id)})

    return wait
