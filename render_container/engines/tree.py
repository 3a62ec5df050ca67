"""A process together with everything that it starts: begun as one, ended as one.

How that is done is each system's own: `trees_posix.py`, `trees_windows.py`.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

KILL_BOUND = 30.0  # seconds until a killed process counts as one that cannot be ended


class Tree(Protocol):
    """A running process and its descendants."""

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The first of them, with its output in two pipes."""

    def kill(self) -> None:
        """End what is left of them all, also those that outlived the first. May be repeated.

        Killing aerender alone would leave After Effects running, holding its licence and its
        files. Raises EngineStuckError when they do not end.
        """


def start_tree(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Tree:
    """Start a command whose descendants die with it, and with us, however we end.

    On Linux they die with the calling thread (see `guard.py`), so call this from the main one.
    Raises OSError.
    """
    words = [str(word) for word in command]
    if sys.platform == "win32":
        from render_container.engines.trees_windows import JobTree

        return JobTree(words, cwd=cwd, environment=environment)
    else:  # noqa: RET505 - so that the other systems' type checks leave it out
        from render_container.engines.trees_posix import GroupTree

        return GroupTree(words, cwd=cwd, environment=environment)
