"""`intarsia up` as a person uses it: start, stop, start again, crash, start again."""

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import psutil
import pytest

from intarsia.local import swaps
from intarsia.local.claim import Holder, holder_of
from intarsia.local.saved_state import STACK

INTARSIA = str(Path(sysconfig.get_path("scripts")) / "intarsia")
READY = "Ctrl-C stops the stack"


class Person:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / ".intarsia"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [INTARSIA, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def up(self) -> "Up":
        return Up(
            subprocess.Popen(
                [INTARSIA, "up", "--port", "0"],
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ
                | {"AWS_PROFILE": "production", "AWS_ENDPOINT_URL": "http://x.invalid"},
            ),
            self.state,
        )

    def left_behind(self) -> list[str]:
        """Command lines of processes that have to do with this folder."""
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = " ".join(process.info["cmdline"] or [])
            if str(self.folder) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(line)
        return found


class Up:
    """A running `intarsia up`."""

    def __init__(self, process: subprocess.Popen[str], state: Path) -> None:
        self.process = process
        assert process.stdout is not None
        self.said = _read_until(process.stdout, READY)
        assert READY in self.said, self.said
        holder = holder_of(state)
        assert holder is not None
        self.holder: Holder = holder
        self.key = (state / "key").read_text()
        self.api = httpx.Client(
            base_url=f"{holder.url}/api/v2/",
            headers={"Authorization": f"Bearer {self.key}"},
            trust_env=False,
            timeout=30.0,
        )

    def end(self, number: signal.Signals) -> int:
        self.api.close()
        self.process.send_signal(number)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def listening(self) -> set[str]:
        """Addresses on which the stack's processes listen."""
        ours = psutil.Process(self.process.pid)
        return {
            connection.laddr.ip
            for process in [ours, *ours.children(recursive=True)]
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }

    def create_template(self) -> str:
        answer = self.api.post("templates", json={"type": "aep", "displayName": "kept"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def has_template(self, template: str) -> bool:
        return bool(self.api.get(f"templates/{template}").json()["displayName"] == "kept")


def _read_until(stream: IO[str], mark: str) -> str:
    said = ""
    for line in stream:
        said += line
        if mark in line:
            break
    return said


def _wait_for(condition: Callable[[], Any], what: str, limit: float = 120.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"waited {limit} s for {what}"
        time.sleep(0.05)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path)
    yield person
    person.run("down")


def test_a_stack_is_started_used_stopped_killed_and_each_time_found_again_as_it_was(
    person: Person,
) -> None:
    first = person.up()
    assert f"{first.holder.url}/api/v2" in first.said
    assert first.key in first.said
    assert person.state.stat().st_mode & 0o777 == 0o700, "logs have the jobs of all teams"
    assert (person.state / "key").stat().st_mode & 0o777 == 0o600

    unknown = httpx.get(f"{first.holder.url}/api/v2/jobs", trust_env=False)
    assert unknown.status_code == 401
    assert first.api.get("jobs").json() == []
    assert first.listening() == {"127.0.0.1"}
    template = first.create_template()

    second = person.run("up", "--port", "0")
    assert second.returncode == 1
    assert f"process {first.process.pid}" in second.stderr.replace("\n", " ")

    status = person.run("status", "--swaps")
    assert status.returncode == 0
    assert all(one.name in status.stdout for one in (*swaps.SWAPS, *swaps.SETTINGS))
    assert f"{first.holder.url}/api/v2" in status.stdout
    assert first.end(signal.SIGINT) == 0
    assert person.left_behind() == []
    assert person.run("status").returncode == 1

    stopped = person.up()
    assert (stopped.holder.url, stopped.key) == (first.holder.url, first.key)
    assert stopped.holder.endpoint == first.holder.endpoint
    assert stopped.has_template(template)
    later = stopped.create_template()
    saved = person.state / "emulator" / "services" / "dynamodb.json"
    _wait_for(lambda: later in saved.read_text(), "a checkpoint")
    stopped.end(signal.SIGKILL)
    _wait_for(lambda: person.left_behind() == [], "the end of all processes")

    killed = person.up()
    assert killed.has_template(template)
    assert killed.has_template(later)
    down = person.run("down")
    assert (down.returncode, killed.process.wait(60)) == (0, 0)
    assert person.left_behind() == []


def _limit(up: Up, size: int) -> None:
    """Let no file of `up` or its emulator grow beyond `size` bytes; -1 for any size."""
    ours = psutil.Process(up.process.pid)
    emulators = [each for each in ours.children() if "intarsia.local.launcher" in each.cmdline()]
    assert len(emulators) == 1
    for process in (ours, *emulators):
        process.rlimit(psutil.RLIMIT_FSIZE, (size, -1))


@pytest.mark.skipif(sys.platform != "linux", reason="sets the limits of other processes")
def test_a_full_disk_is_announced_and_a_stop_without_a_save_fails_in_words(person: Person) -> None:
    """Files that may not grow stand in for a full disk."""
    first = person.up()
    assert first.process.stdout is not None
    _limit(first, 100)
    warning = "warning: the state is not saved"
    said = _read_until(first.process.stdout, warning)
    assert "File too large" in said
    assert "free space on the disk" in said
    kept = first.create_template()
    _limit(first, -1)
    _read_until(first.process.stdout, "the state is saved again")
    _limit(first, 100)
    _read_until(first.process.stdout, warning)
    lost = first.create_template()
    first.api.close()
    first.process.send_signal(signal.SIGTERM)
    said = first.process.stdout.read()
    assert first.process.wait(30) == 1
    first.process.stdout.close()
    assert "error: the stack has stopped, but its state was not saved" in said
    assert "are lost, and the next start continues from the last save" in said
    assert "Traceback" not in said
    assert "Logging error" not in said
    assert person.left_behind() == []

    again = person.up()
    assert again.has_template(kept)
    assert again.api.get(f"templates/{lost}").status_code == 404
    assert again.end(signal.SIGTERM) == 0


def test_a_state_file_that_cannot_be_read_is_replaced_as_the_message_says(person: Person) -> None:
    first = person.up()
    template = first.create_template()
    assert first.end(signal.SIGTERM) == 0
    services = person.state / "emulator" / "services"
    for service in ("iam", "apigateway", "dynamodb"):
        (services / f"{service}.json").write_text("{")
        refused = person.run("up", "--port", "0")
        assert refused.returncode == 1
        assert f"move it and {STACK}.json away" in refused.stderr
        for name in (service, STACK):
            (services / f"{name}.json").unlink()
        again = person.up()
        kept = again.api.get(f"templates/{template}").status_code
        assert kept == (404 if service == "dynamodb" else 200)
        again.create_template()
        assert again.end(signal.SIGTERM) == 0
