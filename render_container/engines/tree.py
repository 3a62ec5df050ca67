"""Process trees: a process and all its descendants, started and ended together.

The implementations for operating systems are `trees_posix.py` and `trees_windows.py`.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

KILL_BOUND = 30.0  # seconds after which a killed process counts as stuck


class Tree(Protocol):
    """A running process and its descendants."""

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The first process of the tree. Its standard output and standard error are two pipes."""

    def kill(self) -> None:
        """Kill all processes of the tree that still run, even if the first has ended. Idempotent.

        Killing aerender alone would leave After Effects running, which would still use its licence
        and its files. Raises EngineStuckError if the processes do not end within KILL_BOUND.
        """


def start_tree(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Tree:
    """Start a command as a process tree, to be ended by its `kill`.

    On Windows and Linux, the tree is also killed when this process ends for any reason. On Linux
    that happens when the calling thread ends (see `guard.py`), so call this from the main thread.
    `environment` is all of the command's environment variables.

    Raises OSError if the command cannot be started.
    """
    words = [str(word) for word in command]
    if sys.platform == "win32":
        from render_container.engines.trees_windows import JobTree

        return JobTree(words, cwd=cwd, environment=environment)
    else:  # noqa: RET505 - type checks for Windows skip this branch
        from render_container.engines.trees_posix import GroupTree

        return GroupTree(words, cwd=cwd, environment=environment)
