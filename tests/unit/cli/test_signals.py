"""Ctrl-C and `kill` at any moment of the command, with a stand-in for the stack."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intarsia.cli.exits import Exit
from intarsia.cli.signals import STOPPING, calling


@pytest.fixture(autouse=True)
def handlers_stay() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in STOPPING}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_calls_the_function_once_also_one_that_was_ignored(
    number: signal.Signals,
) -> None:
    signal.signal(number, signal.SIG_IGN)
    calls, called = [], threading.Event()

    def stop() -> None:
        calls.append(threading.current_thread())
        called.set()

    with calling(stop):
        os.kill(os.getpid(), number)
        assert called.wait(60)
        os.kill(os.getpid(), number)
        assert len(calls) == 1
    assert calls[0] is not threading.main_thread()
    os.kill(os.getpid(), number)  # ignored until the process is gone


DURING_IMPORTS = """
import os, signal, sys

class Interrupts:
    def find_spec(self, name, *_):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
from intarsia.cli.main import main
main()
"""


def test_ctrl_c_during_the_imports_is_silent() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored by the child
    ended = subprocess.run([sys.executable, "-c", DURING_IMPORTS], capture_output=True, check=False)
    # A shell shows it as 130.
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


STAND_IN = """
import sys, threading
from intarsia.cli import stack
from intarsia.cli.main import main
from intarsia.local.errors import StoppedError

moment = sys.argv[1]
sys.argv[1:] = ["up", "--state", sys.argv[2]]

class LocalStack:
    def __init__(self, *_, **__):
        self._ending = threading.Event()

    def __enter__(self):
        if moment == "starting":
            print("starting", flush=True)
            self._ending.wait()
            self.__exit__()
            raise StoppedError("stopped")
        return self

    def __exit__(self, *_):
        print("tidying up", flush=True)
        sys.stdin.readline()
        print("tidied up", flush=True)

    def cancel(self):
        self._ending.set()

    def wait(self):
        print("running", flush=True)
        self._ending.wait()

stack.LocalStack = LocalStack
stack._welcome = lambda _stack: None
main()
"""
"""`up` with a stack that says where it is, and is tidied up when a line comes on stdin."""


@pytest.mark.parametrize("moment", ["starting", "running"])
def test_any_number_of_signals_at_any_moment_stops_up_once_and_completely(
    tmp_path: Path, moment: str
) -> None:
    # Inherited: so a shell starts the background jobs of a script.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(
        [sys.executable, "-c", STAND_IN, moment, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        for mark, *numbers in (
            (moment, signal.SIGINT, signal.SIGINT),
            ("tidying up", signal.SIGINT, signal.SIGTERM),
        ):
            assert any(line.strip() == mark for line in process.stdout)
            for number in numbers:
                process.send_signal(number)
        said, _ = process.communicate("\n")
    finally:
        process.kill()
    assert process.returncode == 0
    assert said.splitlines() == [
        "tidied up",
        "stopped; unfinished jobs continue at the next `intarsia up`",
    ]


BEFORE_UP_BEGINS = """
import os, signal
from intarsia.cli import stack
from intarsia.cli.main import main

def interrupted(_file):
    os.kill(os.getpid(), signal.SIGINT)

stack._settings = interrupted
main()
"""


def test_ctrl_c_before_a_command_has_begun_ends_it_with_its_exit_code() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ended = subprocess.run(
        [sys.executable, "-c", BEFORE_UP_BEGINS, "up", "--configuration", "x"],
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (Exit.INTERRUPTED, b"", b"")
