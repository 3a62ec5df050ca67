"""What tests of a running stack share."""

import gc

import pytest

from intarsia.local.emulator import free_port
from tests.support import campaign
from tests.support.https_receiver import HttpsReceiver
from tests.support.json_client import JsonClient

pytest_plugins = [
    "tests.support.client_storage",
    "tests.support.example_templates",
    "tests.support.javascript",
    "tests.support.moto_stack",
    "tests.support.quick_py_aep",
    "tests.support.rewritten",
    "tests.support.shared_stack",
    "tests.support.site",
]

# A project that is read is a hundred thousand objects: looking for garbage at every 700 of them
# takes a quarter of the tests that read projects.
gc.set_threshold(500_000, 10, 10)
campaign.load_hypothesis_profile()


def pytest_collection_modifyitems(config, items):
    """Leave tests marked `long` to the long run."""
    if campaign.LONG:
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def connect():
    """`connect(url, key)`: a client whose answers are plain JSON."""
    return JsonClient


@pytest.fixture(scope="session")
def https_receiver(tmp_path_factory):
    """A server of the operator's or a client's; a stack trusts it with its SSL_CERT_FILE."""
    # Mostly the same port: then the synthesis of the last run serves again.
    running = HttpsReceiver(tmp_path_factory.mktemp("receiver"), free_port(48443))
    yield running
    running.close()


@pytest.fixture(scope="session")
def far_bound():
    """Return a function: how long a test may wait for what is promised within some seconds.

    It is so far that no machine's speed decides: what breaks a promise here hangs for ever.
    """
    return lambda seconds: 60 + 10 * seconds


def pytest_make_parametrize_id(val, argname):
    """Bytes are numbered: those of an archive hold the time, and differ between processes."""
    return argname if isinstance(val, bytes) else None
