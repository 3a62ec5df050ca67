"""One stack per state folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from intarsia.local.claim import Claim, Holder, holder_of
from intarsia.local.errors import AlreadyRunningError


def test_a_second_claim_is_refused_and_names_the_process_that_has_it(tmp_path: Path) -> None:
    with Claim(tmp_path), pytest.raises(AlreadyRunningError, match=rf"process {os.getpid()}\b"):
        Claim(tmp_path)


def test_others_learn_how_to_reach_the_stack_until_it_ends(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    with Claim(tmp_path) as claim:
        assert holder_of(tmp_path) == Holder(os.getpid())
        running = Holder(os.getpid(), "http://127.0.0.1:1", "http://127.0.0.1:2")
        claim.say(running)
        assert holder_of(tmp_path) == running
    assert holder_of(tmp_path) is None


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    script = (
        "import sys, threading; from pathlib import Path;"
        "from intarsia.local.claim import Claim; claim = Claim(Path(sys.argv[1]));"
        "print(flush=True); threading.Event().wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert holder_of(tmp_path) == Holder(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with Claim(tmp_path):
        assert holder_of(tmp_path) == Holder(os.getpid())
