"""Stacks that are killed and started again; each test has its own folder."""

import time

import pytest

from intarsia.client import TERMINAL


@pytest.fixture
def wait_for():
    """Poll until `condition` holds, for `seconds` at most."""

    def wait(condition, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise TimeoutError(condition)

    return wait


@pytest.fixture
def ended():
    """Whether every job of a tree has ended: its jobs, or None."""

    def check(client, root):
        jobs = client.tree(root)
        return jobs if all(job["status"] in TERMINAL for job in jobs) else None

    return check
