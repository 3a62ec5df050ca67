"""The command that measures `make test`."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

MEASURED = (sys.executable, "-m", "tests.support.measured")


def start(*command):
    """Start a measured command, as the leader of a process group."""
    return subprocess.Popen(
        [*MEASURED, *command],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def python(code):
    return sys.executable, "-S", "-c", code


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (python("raise SystemExit(7)"), 7),
        (python("import os; os.kill(os.getpid(), 9)"), 137),
        (("no-such-command",), 127),
    ],
)
def test_exit_code_is_that_of_the_command(command, code):
    process = start(*command)
    out, err = process.communicate()

    assert process.returncode == code
    assert "Traceback" not in err
    assert ("CPU " in out) == (code != 127)
    assert "wall " in out or code == 127


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_is_awaited(number):
    slow = f"""
import signal, sys, time
def end(*_):
    time.sleep(0.3)
    print("ended", flush=True)
    sys.exit(3)
signal.signal({int(number)}, end)
print("ready", flush=True)
time.sleep(60)
"""
    process = start(*python(slow))
    assert process.stdout.readline() == "ready\n"
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    out, _ = process.communicate()

    assert out.startswith("ended\n")
    assert process.returncode == 3
