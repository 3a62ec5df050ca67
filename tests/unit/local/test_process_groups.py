"""Killing of process groups."""

import os
import subprocess
import sys

import psutil
import pytest

from intarsia.local import process_groups

# A process with much memory takes a moment to end.
LARGE = """
import os, sys
child = os.fork()
memory = b"x" * 100_000_000
print(os.getpid(), flush=True)
sys.stdin.read()
"""


def test_all_processes_of_a_killed_group_have_ended():
    leader = subprocess.Popen(
        [sys.executable, "-S", "-c", LARGE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    members = [psutil.Process(int(leader.stdout.readline())) for _ in range(2)]

    process_groups.kill(leader.pid)

    for member in members:
        assert not member.is_running() or member.status() == psutil.STATUS_ZOMBIE
    leader.communicate()


def test_a_group_without_processes_is_no_error():
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""], start_new_session=True)
    ended.wait()
    with pytest.raises(ProcessLookupError):
        os.killpg(ended.pid, 0)

    process_groups.kill(ended.pid)
