"""Process trees: a process and all its descendants, started and ended together.

Each system has its own implementation: `trees_posix.py`, `trees_windows.py`.
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
        """The first process of the tree, with its output in two pipes."""

    def kill(self) -> None:
        """Kill all processes that are left, including those that outlived the first. Idempotent.

        Killing aerender alone would leave After Effects running, holding its licence and its
        files. Raises EngineStuckError if the processes do not end.
        """


def start_tree(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Tree:
    """Start a command whose descendants die with it, and with this process for any reason.

    On Linux they die with the calling thread (see `guard.py`), so call this from the main thread.
    Raises OSError.
    """
    words = [str(word) for word in command]
    if sys.platform == "win32":
        from render_container.engines.trees_windows import JobTree

        return JobTree(words, cwd=cwd, environment=environment)
    else:  # noqa: RET505 - type checks for Windows skip this branch
        from render_container.engines.trees_posix import GroupTree

        return GroupTree(words, cwd=cwd, environment=environment)
