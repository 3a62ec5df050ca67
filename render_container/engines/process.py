"""One run of an engine: its start, its output, its watchdogs, and the end of its processes."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

from render_container.engines.alone import alone, engine_lock
from render_container.engines.errors import EngineError
from render_container.engines.lines import LineSplitter
from render_container.engines.log import EngineLog
from render_container.engines.tree import Tree, start_tree
from render_container.engines.watchdogs import Watch, Watchdogs

CHUNK = 65536  # bytes
AHEAD = 8  # chunks of output that may wait to be processed; then the engine blocks on its pipe
TICK = 0.1  # seconds between checks of clocks and cancellation while the engine is silent
DRAIN = 1.5  # seconds without output after which the pipes of an ended engine are abandoned


@dataclass(frozen=True)
class Outcome:
    """Result of a run of an engine."""

    exit_code: int | None
    """Exit code of the engine; None if this process killed it."""
    log: EngineLog
    """State after the last line of output."""
    seconds: float
    """Duration of the run."""
    cancelled: bool = False
    """Whether the engine was killed because the listener cancelled the run."""
    hung: str | None = None
    """Reason why a watchdog had the engine killed, such as `drew no frame for 300 seconds`.

    None if no watchdog did.
    """


@dataclass(frozen=True)
class Listener:
    """Callbacks of a run: for lines, for progress and for cancellation."""

    line: Callable[[str], None]
    """Called with every line of the engine's output."""
    progress: Callable[[float], None]
    """Called with the percentage of frames rendered, whenever it changes."""
    cancelled: Callable[[], bool]
    """Called repeatedly during the run. If it returns True, the engine is killed."""


def run_engine(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    expected_frames: int | None,
    listener: Listener,
    watchdogs: Watchdogs | None = None,
) -> Outcome:
    """Run an engine's complete command line to its end, or until it hangs or is cancelled.

    `environment` is all of the engine's environment variables. `expected_frames` is the number of
    frames to render; None: taken from the engine's output. `watchdogs` has the bounds after which
    the engine counts as hung; None: the defaults.

    No process of the engine stays alive, even if a listener raises. On Linux, call this from the
    main thread (see `start_tree`).

    Raises EngineError if the command cannot be started, or if this user runs an After Effects that
    none of our runs started. Raises EngineBusyError if the user's After Effects renders for another
    run, EngineStuckError if the engine cannot be ended.
    """
    log = EngineLog(expected_frames)
    bounds = watchdogs or Watchdogs()
    with alone(engine_lock(command, environment)) as marked:
        began = time.monotonic()
        try:
            tree = start_tree(command, cwd=cwd, environment={**environment, **marked})
        except OSError as error:
            raise EngineError(f"The engine cannot be started: {error}.") from error
        try:
            return _follow(tree, log, listener, Watch(bounds, began))
        finally:
            tree.kill()


def _follow(tree: Tree, log: EngineLog, listener: Listener, watch: Watch) -> Outcome:
    process = tree.process
    began = time.monotonic()
    run = _Run(process, log, listener)
    hung: str | None = None
    cancelled = False
    while process.poll() is None and not (hung or cancelled):
        run.listen(TICK)
        watch.observe(log, time.monotonic())
        hung = watch.alarm(time.monotonic())
        cancelled = listener.cancelled()
    killed = process.poll() is None
    tree.kill()  # the pipes only close when no process can write to them
    run.drain(DRAIN)
    return Outcome(
        exit_code=None if killed else process.returncode,
        log=log,
        seconds=time.monotonic() - began,
        cancelled=killed and cancelled,
        hung=hung if killed else None,
    )


class _Run:
    """Reader of an engine process' output: passes each line to the log and to the listener.

    Standard output and standard error are split into lines separately, so that lines never mix.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", log: EngineLog, listener: Listener
    ) -> None:
        self.log = log
        self._listener = listener
        self._percent = 0.0
        self._queue: Queue[tuple[int, bytes]] = Queue(AHEAD)
        self._splitters: dict[int, LineSplitter] = {}
        for number, pipe in enumerate((process.stdout, process.stderr)):
            assert pipe is not None
            self._splitters[number] = LineSplitter()
            Thread(target=self._pump, args=(number, pipe), daemon=True).start()

    def listen(self, seconds: float) -> bool:
        """Process the next chunk of output; return False if none came within `seconds`."""
        try:
            number, chunk = self._queue.get(timeout=seconds)
        except Empty:
            return False
        splitter = self._splitters[number]
        for line in splitter.feed(chunk) if chunk else splitter.close():
            self._listener.line(line)
            self.log.read(line)
        if not chunk:
            del self._splitters[number]
        if self.log.percent != self._percent:
            self._percent = self.log.percent
            self._listener.progress(self._percent)
        return True

    def drain(self, seconds: float) -> None:
        """Process the remaining output, until both pipes close or `seconds` pass in silence."""
        while self._splitters and self.listen(seconds):
            pass

    def _pump(self, number: int, pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := pipe.read1(CHUNK):  # type: ignore[attr-defined]
                self._queue.put((number, chunk))
        self._queue.put((number, b""))
