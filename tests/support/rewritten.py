"""A pytest plugin that rewrites assertions once per run, before the xdist workers start.

pytest rewrites the assertions of test modules and caches the result beside the bytecode. In a
fresh clone every worker would rewrite all modules at the same time.
"""

import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from tests.support.paths import ROOT


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Rewrite the selected test modules that have changed since they were cached."""
    if sys.dont_write_bytecode or config.getoption("assertmode") != "rewrite":
        return
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    for folder in (ROOT / "tests").iterdir():
        for module in () if folder.name == "javascript" else folder.rglob("*.py"):
            named = module.name.startswith("test_") or module.name == "conftest.py"
            if named and any(module.is_relative_to(path) for path in asked):
                _rewrite(module, config)


def _rewrite(module: Path, config: pytest.Config) -> None:
    folder = rewrite.get_cache_dir(module)
    kept = folder / (module.stem + rewrite.PYC_TAIL)
    if rewrite._read_pyc(module, kept) is None:
        folder.mkdir(parents=True, exist_ok=True)
        status, code = rewrite._rewrite_test(module, config)
        rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, status, kept)
