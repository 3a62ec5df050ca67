"""The Lambda layer: exactly what the functions import, as the lock pins it."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from stacks import layer
from stacks.layer import PACKAGES, LayerError, build_layer, locked
from tests.support.paths import ROOT

LOCK = ROOT / "requirements.lock"
BY_LAMBDA = {"boto3", "botocore"}
"""In Lambda's own runtime."""


def imports_of(path):
    """Top-level modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_everything_that_functions_import_is_in_it(template):
    (code,) = [path for path in template.folder.glob("asset.*") if (path / "lambdas").is_dir()]
    imported = {name for path in code.rglob("*.py") for name in imports_of(path)}
    foreign = imported - sys.stdlib_module_names - {"intarsia", "lambdas"} - BY_LAMBDA
    owners = packages_distributions()
    packages = {owners[name][0].lower().replace("_", "-") for name in foreign}
    assert {"pydantic", "py-aep", "aws-lambda-powertools", "python-ulid"} <= packages
    assert packages <= PACKAGES


def test_what_lambda_has_itself_is_not_shipped():
    """botocore alone has 31 MB; every start would read them."""
    assert not PACKAGES & (BY_LAMBDA | {"s3transfer"})


def test_takes_versions_and_hashes_from_the_lock():
    pinned = locked(LOCK, frozenset({"pydantic", "pydantic-core"}))
    assert re.findall(r"^(\S+)==", pinned, re.MULTILINE) == ["pydantic", "pydantic-core"]
    for line in pinned.splitlines():
        assert re.match(r"\S+==\S+|    --hash=sha256:[0-9a-f]{64}", line)


def test_says_what_the_lock_does_not_pin():
    with pytest.raises(LayerError, match="left-pad"):
        locked(LOCK, frozenset({"pydantic", "left-pad"}))


class TestBuild:
    @pytest.fixture
    def root(self, tmp_path):
        (tmp_path / "requirements.lock").write_text(LOCK.read_text())
        return tmp_path

    @pytest.fixture
    def pip(self, monkeypatch):
        """pip's commands; each puts one file where pip would put packages."""
        commands = []

        def run(command, **_):
            commands.append(command)
            target = Path(command[command.index("--target") + 1])
            target.mkdir()
            (target / f"built_{len(commands)}.py").touch()
            (target / "bin").mkdir()
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(layer.subprocess, "run", run)
        return commands

    def test_asks_for_lambdas_platform_with_hashes_checked(self, root, pip):
        assert build_layer(root) == root / "build" / "layer"
        (command,) = pip
        assert "--require-hashes" in command
        assert "--only-binary=:all:" in command
        assert "--python-version=3.13" in command
        platforms = [each for each in command if each.startswith("--platform=")]
        assert platforms
        assert all(each.endswith("_aarch64") for each in platforms)

    def test_is_built_once_for_a_lock_and_from_nothing_for_another(self, root, pip):
        build_layer(root)
        folder = build_layer(root)
        assert len(pip) == 1
        lock = root / "requirements.lock"
        lock.write_text(lock.read_text().replace("pydantic==", "pydantic==9.", 1))
        build_layer(root)
        assert [path.name for path in (folder / "python").iterdir()] == ["built_2.py"]

    def test_a_failed_build_is_not_taken_for_a_layer(self, root, monkeypatch):
        failed = subprocess.CompletedProcess([], 1, "", "no such wheel")
        monkeypatch.setattr(layer.subprocess, "run", lambda *_, **__: failed)
        for _ in range(2):
            with pytest.raises(LayerError, match="no such wheel"):
                build_layer(root)
