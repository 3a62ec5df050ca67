"""Synthesising: once for what it reads, again when that changes."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from intarsia.local import synth
from intarsia.local.errors import StoppedError, SynthError
from intarsia.local.synth import synthesise

APP = """
import os, json, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
context = json.loads(os.environ["CDK_CONTEXT_JSON"])
(out / "context").write_text(context["layer"] + os.environ.get("AWS_PROFILE", ""))
with open("runs", "a") as runs:
    runs.write("x")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for folder in ("stacks", "lambdas", "intarsia/local", "intarsia/domain"):
        (root / folder).mkdir(parents=True)
        (root / folder / "module.py").write_text("x = 1\n")
    (root / "app.py").write_text(APP)
    (root / "cdk.json").write_text("{}")
    return root


def _runs(root: Path) -> int:
    return len((root / "runs").read_text())


def test_the_app_runs_once_and_finds_the_local_context_and_no_profile(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    first = synthesise(root, tmp_path / "cache")
    assert (first / "context").read_text() == "none"
    assert synthesise(root, tmp_path / "cache") == first
    assert _runs(root) == 1


def test_bytecode_goes_with_the_code_and_serves_whatever_the_times_of_the_files_are(
    root: Path, tmp_path: Path
) -> None:
    code = 'code = out / "asset"\ncode.mkdir()\n(code / "module.py").write_text("answer = 1")\n'
    (root / "app.py").write_text(APP + code)
    module = synthesise(root, tmp_path / "cache") / "asset" / "module.py"
    module.write_text("answer = 2")  # of another time and size, as after unpacking

    ran = [sys.executable, "-c", "import module; print(module.answer, module.__file__)"]
    said = subprocess.run(ran, cwd=module.parent, capture_output=True, text=True, check=True)

    assert said.stdout == f"1 {module}\n"


@pytest.mark.parametrize("name", ["stacks/module.py", "intarsia/domain/module.py", "cdk.json"])
def test_a_change_of_what_the_app_reads_makes_it_run_again(
    root: Path, tmp_path: Path, name: str
) -> None:
    first = synthesise(root, tmp_path / "cache")
    (root / name).write_text("{ }")
    assert synthesise(root, tmp_path / "cache") != first
    assert _runs(root) == 2


TOGETHER = """
import os, pathlib, time
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
(out / "template").write_text("x")
pathlib.Path(f"run-{os.getpid()}").touch()
while len(list(pathlib.Path().glob("run-*"))) < 2:
    time.sleep(0.01)
"""
"""Ends when two of it run."""


def test_two_stacks_that_synthesise_at_once_get_the_same(root: Path, tmp_path: Path) -> None:
    (root / "app.py").write_text(TOGETHER)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: synthesise(root, tmp_path / "cache"), range(2))
    assert first == second
    assert (first / "template").read_text() == "x"


def test_a_change_of_the_local_stack_itself_does_not(root: Path, tmp_path: Path) -> None:
    first = synthesise(root, tmp_path / "cache")
    (root / "intarsia" / "local" / "module.py").write_text("x = 2\n")
    assert synthesise(root, tmp_path / "cache") == first


def test_an_app_that_fails_says_why_and_leaves_nothing(root: Path, tmp_path: Path) -> None:
    (root / "app.py").write_text("raise SystemExit('no such setting')")
    with pytest.raises(SynthError, match="no such setting"):
        synthesise(root, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_a_checkout_there_is_no_local_stack(tmp_path: Path) -> None:
    with pytest.raises(SynthError, match="runs from a checkout"):
        synthesise(tmp_path, tmp_path / "cache")


ENDLESS = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
pathlib.Path("new").write_text(f"{os.getpid()} {child.pid}")
pathlib.Path("new").rename("pids")
time.sleep(600)
"""
"""Says who it and its child are, then goes on for long."""


def _run_on(pids: Path) -> list[int]:
    return [int(pid) for pid in pids.read_text().split() if _alive(int(pid))]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class SetWhenThere(threading.Event):
    """Is set by the first look after a file is there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def wait(self, timeout: float | None = None) -> bool:
        if self._path.exists():
            self.set()
        return super().wait(timeout)


def test_a_synthesis_that_is_stopped_leaves_neither_processes_nor_files(
    root: Path, tmp_path: Path
) -> None:
    (root / "app.py").write_text(ENDLESS)
    with pytest.raises(StoppedError):
        synthesise(root, tmp_path / "cache", ending=SetWhenThere(root / "pids"))
    assert _run_on(root / "pids") == []
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_synthesis_ends_when_the_process_that_wants_it_is_killed(
    root: Path, tmp_path: Path, wait_for: Any
) -> None:
    (root / "app.py").write_text(ENDLESS)
    script = (
        "import sys; from pathlib import Path; from intarsia.local.synth import synthesise;"
        "synthesise(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(root), str(tmp_path / "cache")])
    wait_for((root / "pids").exists, "the app to begin")
    parent.kill()
    parent.wait()
    wait_for(lambda: _run_on(root / "pids") == [], "the app's end")


def test_what_a_killed_synthesis_left_is_removed_once_nobody_can_be_making_it(
    root: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    for name, age in (("new-left", 2 * synth.ABANDONED), ("new-under-way", 0.0)):
        (cache / name).mkdir(parents=True)
        then = time.time() - age
        os.utime(cache / name, (then, then))
    folder = synthesise(root, cache)
    assert set(cache.iterdir()) == {folder, cache / "new-under-way"}
