"""The machine under examination: its environment, its folders and its commands."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """Result of a command; `code` is None if it could not run or timed out."""

    code: int | None
    output: str
    """Standard output and standard error, or the reason why there is no code."""


Run = Callable[[Sequence[str], float], Ran]
"""Function that runs a command for a number of seconds at most and never raises."""


@dataclass(frozen=True)
class Machine:
    """The environment and the commands available to checks, replaceable in tests."""

    windows: bool
    variables: Mapping[str, str]
    run: Run

    @classmethod
    def this(cls) -> "Machine":
        """Return the machine on which this process runs."""
        return cls(windows=sys.platform == "win32", variables=dict(os.environ), run=run_command)

    def folder(self, variable: str) -> Path | None:
        """Return the folder that an environment variable names; None if it is unset or empty."""
        value = self.variables.get(variable)
        return Path(value) if value else None


def run_command(command: Sequence[str], seconds: float) -> Ran:
    """Run a command without input. After `seconds` it is killed and its output discarded."""
    try:
        done = subprocess.run(  # noqa: S603 - commands of this package
            list(command),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(None, f"no answer within {seconds:g} seconds")
    except OSError as error:
        return Ran(None, error.strerror or str(error))
    return Ran(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))
