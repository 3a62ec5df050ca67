"""The machine that the doctor checks: its environment variables, folders and commands."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """Result of a command that a check has run."""

    code: int | None
    """Exit code; None if the command could not be started or timed out."""
    output: str
    """Standard output followed by standard error; if `code` is None, the reason for that."""


Run = Callable[[Sequence[str], float], Ran]
"""Function that runs a command, for at most the given number of seconds. It never raises."""


@dataclass(frozen=True)
class Machine:
    """The machine as checks see it: its environment and its commands. Tests replace both."""

    windows: bool
    """Whether the operating system is Windows."""
    variables: Mapping[str, str]
    """Environment variables of the doctor's process, by name."""
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
    """Run a command without input and return its result. Never raises.

    After `seconds` the command is killed and its output discarded.
    """
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
