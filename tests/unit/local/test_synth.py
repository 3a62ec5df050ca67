"""Synthesising: once for what it reads, again when that changes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intarsia.local.errors import SynthError
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
