"""What tests of a running stack share."""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import hypothesis
import pytest

from intarsia.client import Client
from intarsia.local.emulator import free_port

# How long an example takes is the machine's matter: on a busy one every property would fail.
hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")


class JsonClient(Client):
    """The API in the server's own words: dictionaries, for tests that read every field."""

    def submit(self, job):
        return self.post("jobs", job)

    def job(self, job_id):
        return self.get(f"jobs/{job_id}")

    def tree(self, job_id):
        """A job and its descendants, each before its children."""
        job = self.job(job_id)
        below = [self.tree(child["id"]) for child in job["children"]]
        return [job, *(descendant for branch in below for descendant in branch)]

    def add_template(self, name, path):
        return self.templates.add(path, name, poll=0.1).wire()

    def download(self, job, path):
        self.jobs.download(self.jobs.get(job["id"]), path)


@pytest.fixture(scope="session")
def connect():
    """`connect(url, key)`: a client whose answers are plain JSON."""
    return JsonClient


@pytest.fixture(scope="session")
def https_receiver(tmp_path_factory):
    """A server of the operator's or a client's; a stack trusts it with its SSL_CERT_FILE."""
    place = Path(__file__).with_name("https_receiver.py")
    spec = importlib.util.spec_from_file_location("https_receiver", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Mostly the same port: then the synthesis of the last run serves again.
    running = module.HttpsReceiver(tmp_path_factory.mktemp("receiver"), free_port(48443))
    yield running
    running.close()


@pytest.fixture(scope="session")
def on_this_machine():
    """`on_this_machine(seconds)`: what a promise in seconds may take here and now.

    A promise is for a machine that has time. Twice as long is allowed, and as many times more as
    the start of a process now takes longer than a quiet machine's 25 ms.
    """

    def allowed(seconds):
        began = time.monotonic()
        subprocess.run([sys.executable, "-S", "-c", ""], check=True)
        return 2 * seconds * max(1, (time.monotonic() - began) / 0.025)

    return allowed


def pytest_make_parametrize_id(val, argname):
    """Bytes are numbered: those of an archive hold the time, and differ between processes."""
    return argname if isinstance(val, bytes) else None
