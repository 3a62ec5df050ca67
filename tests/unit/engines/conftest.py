"""A stand-in for aerender that plays real log lines, and a way to run it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intarsia.domain.settings import Codec
from render_container.engines.arguments import Render, render_arguments
from render_container.engines.process import Listener, Outcome, run_engine
from render_container.engines.watchdogs import Watchdogs

FAKE = Path(__file__).parent / "support" / "fake_aerender.py"


@pytest.fixture
def render(tmp_path: Path) -> Render:
    return Render(
        project=tmp_path / "project.aep",
        composition="main",
        output=tmp_path / "out.mp4",
        module=Codec.H264_VBR_15,
        quality="full",
        first=0,
        last=9,
    )


@pytest.fixture
def play(render: Render, tmp_path: Path) -> Callable[..., Outcome]:
    """Runs the stand-in in a mode; `**options` may give listener parts and watchdog bounds."""

    def run(mode: str, *, pid_file: Path | None = None, **options: Any) -> Outcome:
        listener = Listener(
            line=options.pop("line", lambda _: None),
            progress=options.pop("progress", lambda _: None),
            cancelled=options.pop("cancelled", lambda: False),
        )
        environment = {**os.environ, "FAKE_MODE": mode, "FAKE_PID": str(pid_file or "")}
        return run_engine(
            [sys.executable, "-S", str(FAKE), *render_arguments(render)],
            cwd=tmp_path,
            environment=environment,
            expected_frames=render.frames,
            listener=listener,
            watchdogs=Watchdogs(**options),
        )

    return run
