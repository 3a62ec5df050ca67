"""The open compositor in this process, in place of a process for each render."""

import io
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import SIGTERM
from typing import Any
from unittest import mock

from intarsia.domain.settings import Engine
from render_container.compositor import cli
from render_container.compositor.errors import Terminated
from render_container.compositor.report import Report
from render_container.engines import process
from render_container.engines.command import engine_command
from render_container.engines.log import EngineLog
from render_container.engines.process import Listener, Outcome
from render_container.worker.environment import ENV_FONTS, ENV_FOOTAGE_FOLDER

COMPOSITOR = engine_command(Engine.OPEN, {})


class _Lines(io.TextIOBase):
    """Standard output of the compositor, read line by line as the real runner reads it."""

    def __init__(self, log: EngineLog, listener: Listener) -> None:
        self._log = log
        self._listener = listener
        self._percent = 0.0
        self._begun = ""
        self.stopped = False

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._listener.line(line)
            self._log.read(line)
        if self._log.percent != self._percent:
            self._percent = self._log.percent
            self._listener.progress(self._percent)
        if not self.stopped and self._listener.cancelled():
            self.stopped = True
            raise Terminated(SIGTERM)
        return len(text)


def run_engine(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    expected_frames: int | None,
    listener: Listener,
    **options: Any,
) -> Outcome:
    """Run the compositor's command here, any other as a process, as engines.process does."""
    if list(command[: len(COMPOSITOR)]) != COMPOSITOR:
        return process.run_engine(
            command,
            cwd=cwd,
            environment=environment,
            expected_frames=expected_frames,
            listener=listener,
            **options,
        )
    log = EngineLog(expected_frames)
    lines = _Lines(log, listener)
    told = {name: environment.get(name, "") for name in (ENV_FONTS, ENV_FOOTAGE_FOLDER)}
    with (
        mock.patch.dict(os.environ, told),
        mock.patch.object(cli, "Report", lambda **options: Report(lines, **options)),
        mock.patch.object(cli, "_stop_on_signals"),
    ):
        began = time.monotonic()
        code = cli.main(list(command[len(COMPOSITOR) :]))
    seconds = time.monotonic() - began
    return Outcome(None if lines.stopped else code, log, seconds, cancelled=lines.stopped)
