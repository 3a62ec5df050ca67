"""The machine that is looked at: its environment, its folders, and the commands it can run."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """A command that ended, or that could not be run (`code` None)."""

    code: int | None
    output: str
    """Both its streams; or why it could not be run."""


Run = Callable[[Sequence[str], float], Ran]
"""Runs a command for so many seconds at most; never raises."""


@dataclass(frozen=True)
class Machine:
    """Everything that checks may look at, so that a made-up one can be put in its place."""

    windows: bool
    variables: Mapping[str, str]
    run: Run

    @classmethod
    def this(cls) -> "Machine":
        """The one that this process runs on."""
        return cls(windows=sys.platform == "win32", variables=dict(os.environ), run=run_command)

    def folder(self, variable: str) -> Path | None:
        """The folder that an environment variable names, if it is set."""
        value = self.variables.get(variable)
        return Path(value) if value else None


def run_command(command: Sequence[str], seconds: float) -> Ran:
    """Run a command, without input. An answer that comes too late is none."""
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
