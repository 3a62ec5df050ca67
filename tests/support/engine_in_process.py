"""The open compositor run inside this process, which saves half a second of start-up each time."""

import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from render_container.compositor import cli
from render_container.engines import process
from render_container.engines.log import EngineLog
from render_container.engines.process import Listener, Outcome

READ_BY_THE_COMPOSITOR = ("INTARSIA_FONTS", "INTARSIA_FOOTAGE_FOLDER")

_one_at_a_time = threading.Lock()
"""Held during a run, because the environment variables belong to the whole process."""


class _CancelledError(BaseException):
    """The listener has cancelled the render."""


class _Lines:
    """A stream that passes each line to the log and the listener, as `run_engine` does."""

    def __init__(self, log: EngineLog, listener: Listener) -> None:
        self._log = log
        self._listener = listener
        self._percent = 0.0
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text

    def flush(self) -> None:
        *lines, self._text = self._text.split("\n")
        for line in lines:
            self._listener.line(line)
            self._log.read(line)
        if self._log.percent != self._percent:
            self._percent = self._log.percent
            self._listener.progress(self._percent)
        if self._listener.cancelled():
            raise _CancelledError


def _compositor_arguments(command: Sequence[str]) -> list[str] | None:
    """Return the arguments of the open compositor's command line; None for any other command."""
    if Path(command[0]).name == "intarsia-aerender":
        return list(command[1:])
    by_module = [sys.executable, "-m", cli.__name__]
    return list(command[3:]) if list(command[:3]) == by_module else None


def run_engine(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    expected_frames: int | None,
    listener: Listener,
    **options: Any,
) -> Outcome:
    """Replace `render_container.engines.process.run_engine`.

    Any command other than the open compositor's is run as a process.
    """
    words = _compositor_arguments(command)
    if words is None:
        return process.run_engine(
            command,
            cwd=cwd,
            environment=environment,
            expected_frames=expected_frames,
            listener=listener,
            **options,
        )
    log = EngineLog(expected_frames)
    lines: Any = _Lines(log, listener)
    read = {name: environment.get(name, "") for name in READ_BY_THE_COMPOSITOR}
    began = time.monotonic()
    code: int | None = None
    with _one_at_a_time, mock.patch.dict(os.environ, read):
        for name in [name for name, value in read.items() if not value]:
            del os.environ[name]
        try:
            code = cli.run(words, lines)
        except _CancelledError:
            code = None
    return Outcome(
        exit_code=code, log=log, seconds=time.monotonic() - began, cancelled=code is None
    )
