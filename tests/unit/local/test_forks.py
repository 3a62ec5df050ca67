"""Scripts that are started as forks behave like processes of their own."""

import shutil
import signal
import subprocess
import sys

import psutil
import pytest

from intarsia.local.forks import ForkServer
from tests.support.paths import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fork server is for Linux")

ECHO = """
import os, sys
print(sorted(os.environ), os.getcwd(), __name__, sys.argv, flush=True)
for line in sys.stdin:
    print("heard", line.strip(), flush=True)
    print("log", line.strip(), file=sys.stderr, flush=True)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = ForkServer(tmp_path_factory.mktemp("code"))
    yield running
    running.close()


@pytest.fixture
def start(server, tmp_path):
    """Return a function that starts a script and kills it at the end of the test."""
    started = []

    def run(text, **environment):
        script = tmp_path / f"script{len(started)}.py"
        script.write_text(text)
        started.append(server.start(str(script), str(tmp_path), environment))
        return started[-1]

    yield run
    for fork in started:
        fork.kill()
        fork.wait(60)


def test_a_script_has_its_streams_folder_and_environment_and_nothing_else(start, tmp_path):
    fork = start(ECHO, NAME="value")

    said = fork.stdout.readline()
    fork.stdin.write("one\n")

    script = str(tmp_path / "script0.py")
    assert said == f"['NAME'] {tmp_path} __main__ ['{script}']\n"
    assert (fork.stdout.readline(), fork.stderr.readline()) == ("heard one\n", "log one\n")
    assert fork.poll() is None
    fork.stdin.close()
    assert (fork.wait(60), fork.poll(), fork.returncode) == (7, 7, 7)
    assert (fork.stdout.read(), fork.stderr.read()) == ("", "")


def test_an_error_ends_a_script_with_its_traceback(start):
    fork = start("raise ValueError('wrong')")

    assert fork.wait(60) == 1
    assert fork.stderr.read().endswith("ValueError: wrong\n")


@pytest.mark.parametrize(
    ("end", "number"), [("terminate", signal.SIGTERM), ("kill", signal.SIGKILL)]
)
def test_a_signal_ends_a_script_and_not_its_siblings(start, end, number):
    one, other = start(ECHO), start(ECHO)
    one.stdout.readline()

    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.0)
    getattr(one, end)()

    assert one.wait(60) == -number
    assert other.poll() is None
    other.stdin.close()  # the other's input is open nowhere else
    assert other.wait(60) == 7


def test_scripts_draw_different_random_numbers(start):
    first, second = (start("import random; print(random.random())") for _ in range(2))

    assert first.stdout.read() != second.stdout.read()


def test_after_the_servers_death_its_forks_end_and_the_next_start_has_a_new_one(tmp_path):
    server = ForkServer(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(ECHO)
    fork = server.start(str(script), str(tmp_path), {})
    fork.stdout.readline()
    parent = psutil.Process(fork.pid).parent()
    parent.kill()
    parent.wait(60)

    assert fork.wait(60) == -signal.SIGKILL
    fork.stdin.close()
    assert fork.stdout.readline() == ""
    with pytest.raises((ConnectionError, BrokenPipeError)):
        server.start(str(script), str(tmp_path), {})
    again = server.start(str(script), str(tmp_path), {})
    assert again.stdout.readline().startswith("[]")
    again.stdin.close()
    assert again.wait(60) == 7
    server.close()


def test_the_server_ends_when_nobody_can_ask_it_any_more(tmp_path):
    server = ForkServer(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(ECHO)
    fork = server.start(str(script), str(tmp_path), {})
    parent = psutil.Process(fork.pid).parent()
    fork.stdin.close()
    fork.wait(60)

    server.close()

    assert parent.wait(60) in {0, None}


def test_scripts_have_our_packages_from_the_code_of_the_server_and_not_their_own(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "local", "cli")
    shutil.copytree(ROOT / "intarsia", tmp_path / "code" / "intarsia", ignore=ignored)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "print('intarsia.workflow.submitting' in sys.modules)\n"
        "import intarsia.workflow.notifying as later\n"
        "print(later.__file__)\n"
    )
    server = ForkServer(tmp_path / "code")

    fork = server.start(str(script), str(tmp_path), {})

    file = tmp_path / "code" / "intarsia" / "workflow" / "notifying.py"
    assert fork.stdout.read() == f"True\n{file}\n", fork.stderr.read()
    server.close()
