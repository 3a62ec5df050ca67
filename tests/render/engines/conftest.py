"""A stand-in for aerender that plays real log lines, and ways to run it and what it drives."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from intarsia.domain.settings import Codec
from render_container.engines.arguments import Render, render_arguments
from render_container.engines.lines import LineSplitter
from render_container.engines.log import EngineLog
from render_container.engines.process import Listener, Outcome, run_engine
from render_container.engines.watchdogs import Watchdogs
from tests.support.fake_aerender import modes, saying
from tests.support.paths import FAKE_AERENDER

SIZE = (64, 36)  # pixels
RATE = 25  # frames per second

Mode = str


@pytest.fixture(scope="session")
def fake_command() -> list[str]:
    return [sys.executable, "-S", str(FAKE_AERENDER)]


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
def play(render: Render, tmp_path: Path, fake_command: list[str]) -> Callable[..., Outcome]:
    """Runs the stand-in in a mode; `**options` may give listener parts and watchdog bounds.

    `started_by` replaces `run_engine`.
    """

    def run(
        mode: Mode,
        *,
        pid_file: Path | None = None,
        movie: Path | None = None,
        command: list[str] | None = None,
        variables: dict[str, str] | None = None,
        changes: dict[str, Any] | None = None,
        expected_frames: int | None = render.frames,
        started_by: Callable[..., Outcome] = run_engine,
        **options: Any,
    ) -> Outcome:
        listener = Listener(
            line=options.pop("line", lambda _: None),
            progress=options.pop("progress", lambda _: None),
            cancelled=options.pop("cancelled", lambda: False),
        )
        played = {
            "FAKE_MODE": mode,
            "FAKE_PID": str(pid_file or ""),
            "FAKE_MOVIE": str(movie or ""),
        }
        return started_by(
            [*(command or fake_command), *render_arguments(replace(render, **changes or {}))],
            cwd=tmp_path,
            environment={**os.environ, **played, **(variables or {})},
            expected_frames=expected_frames,
            listener=listener,
            watchdogs=Watchdogs(**options),
        )

    return run


@pytest.fixture
def play_here(render: Render, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Plays a mode of the stand-in that starts nothing and ends at once, in this process."""

    def run(mode: Mode, *, movie: Path | None) -> Outcome:
        written: list[bytes] = []
        monkeypatch.setattr(saying, "raw", written.append)
        monkeypatch.setenv("FAKE_MOVIE", str(movie or ""))
        code = modes.play(mode, render_arguments(render))
        log, splitter = EngineLog(render.frames), LineSplitter()
        for line in [*splitter.feed(b"".join(written)), *splitter.close()]:
            log.read(line)
        return Outcome(code, log, 0.0)

    return run


@pytest.fixture(scope="session")
def movies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Ten frames that move, and what else a file may hold, by name."""
    folder = tmp_path_factory.mktemp("movies")
    kinds: dict[str, dict[str, Any]] = {
        "good": {},
        "short": {"frames": 9},
        "long": {"frames": 11},
        "fast": {"rate": 30},
        "black": {"level": lambda number: 0},
        "still": {"level": lambda number: 180},
        "small": {"size": (32, 18)},
        "two": {"streams": 2},
    }
    for name, options in kinds.items():
        _write_movie(folder / f"{name}.mp4", **options)
    return {name: folder / f"{name}.mp4" for name in kinds}


def _write_movie(
    path: Path,
    frames: int = 10,
    *,
    rate: int = RATE,
    size: tuple[int, int] = SIZE,
    level: Callable[[int], int] = lambda number: 20 * number + 40,
    streams: int = 1,
) -> None:
    with av.open(str(path), "w") as movie:
        made = [movie.add_stream("libx264", rate=rate) for _ in range(streams)]
        for stream in made:
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), level(number), dtype=np.uint8)
            for stream in made:
                movie.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        for stream in made:
            movie.mux(stream.encode())


@pytest.fixture
def marked() -> Callable[[str], list[psutil.Process]]:
    """Every living process of this machine that has the marked environment."""

    def find(mark: str) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if _bears(process, mark)]

    return find


def _bears(process: psutil.Process, mark: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("MARKED_TREE") == mark
    except psutil.Error:
        return False
