"""The worker's side of the spool: passes a render to the host agent and follows it to its end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from intarsia.domain.settings import Engine
from intarsia.names import ENV_SPOOL
from render_container.engines.arguments import Render
from render_container.engines.log import EngineLog
from render_container.engines.process import Listener, Outcome
from render_container.host.errors import HostError
from render_container.host.files import patiently, publish_once, read_plain, remove_tree
from render_container.host.heartbeat import Beating, Pulse
from render_container.host.lines import LineReader
from render_container.host.request import HostRequest, misfit
from render_container.host.result import SIZE_LIMIT, Ran, Refused, read_result
from render_container.host.spool import Exchange, Spool
from render_container.host.timing import Timing


@contextmanager
def work_folder(spool: Path, identifier: str, *, timing: Timing | None = None) -> Iterator[Path]:
    """Create a client's folder in the spool, write its heartbeat, and remove the folder on exit.

    Yields the work folder inside it; all files of the client's renders must lie there. `identifier`
    is the client's name and must never be used twice. It consists of letters, digits, `-` and `_`,
    and is short because Windows limits the length of paths. `timing` has the heartbeat's interval;
    None stands for the default.

    Raises HostError if the spool does not exist or the folder cannot be created.
    """
    client = Spool(spool).client(identifier)
    if not spool.is_dir():
        raise HostError("configuration", f"{ENV_SPOOL}: the folder {spool} does not exist.")
    try:
        client.folder.parent.mkdir(exist_ok=True)
        client.folder.mkdir()
        client.work.mkdir()
    except OSError as error:
        raise HostError("transient", f"No folder can be created in the spool: {error}.") from error
    try:
        with Beating(client.beat, (timing or Timing()).beat):
            yield client.work
    finally:
        with suppress(OSError):  # the agent later removes files that are still open
            patiently(lambda: _remove(client.folder))


def host_request(
    work: Path,
    render: Render,
    *,
    engine: Engine,
    expected_frames: int | None,
    plan: Path | None = None,
    plan_result: Path | None = None,
    fonts: Path | None = None,
) -> HostRequest:
    """Return the request to the agent for `render`.

    `work` is the folder that `work_folder` yields; all files must lie in it. `plan` is the file of
    the resolved plan, and `plan_result` the file for its result; None for both means no plan.
    `fonts` is a folder of fonts to install. `expected_frames` is the number of frames, None if
    unknown before the render.

    Raises HostError if the agent would refuse a field, or if a file is outside `work`. The message
    names the field or the file.
    """
    fields = {
        "id": work.parent.name,
        "engine": engine,
        "project": _relative(work, render.project),
        "output": _relative(work, render.output),
        "plan": plan and _relative(work, plan),
        "plan_result": plan_result and _relative(work, plan_result),
        "fonts": fonts and _relative(work, fonts),
        "composition": render.composition,
        "module": render.module,
        "quality": render.quality,
        "first": render.first,
        "last": render.last,
        "displayed_start": render.displayed_start,
        "whole": render.whole,
        "expected_frames": expected_frames,
    }
    try:
        return HostRequest.model_validate(fields)
    except ValidationError as error:
        raise HostError("configuration", str(misfit(error))) from None


def render_on_host(
    spool: Path, request: HostRequest, listener: Listener, *, timing: Timing | None = None
) -> Outcome:
    """Have the host agent carry out `request`, and return the outcome as `run_engine` would.

    Calls `listener` as `run_engine` does. Call this inside the context of `work_folder` for the
    request's client. If the agent restarts meanwhile, the render and its log begin again. When
    this returns or raises, the agent has ended the render or will never begin it. `timing` has the
    intervals and time limits of the protocol; None stands for the defaults.

    Raises HostError if the agent refuses the request or cannot run After Effects. The error has the
    kind `transient` if no agent is alive, the agent died in every run, or the spool cannot be used.
    """
    timing = timing or Timing()
    client = Spool(spool).client(request.id)
    try:
        exchange = client.new_exchange()
        waiting = _Waiting(Spool(spool), exchange, request, listener, timing)
        publish_once(exchange.request, request.model_dump_json().encode())
    except OSError as error:
        raise HostError("transient", f"The spool cannot be written to: {error}.") from error
    try:
        return waiting.outcome()
    finally:
        # The request is removed before the result. Otherwise the agent could mistake an ended
        # request for a wanted one.
        with suppress(OSError):
            patiently(lambda: exchange.request.unlink(missing_ok=True))
        remove_tree(exchange.folder)


class _Waiting:
    """The wait for the result of one request, with its log and cancellation."""

    def __init__(
        self,
        spool: Spool,
        exchange: Exchange,
        request: HostRequest,
        listener: Listener,
        timing: Timing,
    ) -> None:
        self._own_beat = spool.client(request.id).beat
        self._exchange = exchange
        self._expected = request.expected_frames
        self._listener = listener
        self._timing = timing
        self._began = time.monotonic()
        self._agent = Pulse(spool.beat, timing.agent_stale)
        self._run = 0
        self._lines = LineReader(exchange.log(0))
        self._log = EngineLog(self._expected)
        self._percent = 0.0
        self._cancelled = False

    def outcome(self) -> Outcome:
        """Wait for the request's end and return the outcome. Raises as `render_on_host` does."""
        while True:
            result = self._result()
            self._follow(result)
            if result is not None:
                return self._ended(result)
            self._check_own_life()
            if self._is_cancelled_unclaimed() or self._is_given_up():
                return self._cancelled_outcome()
            time.sleep(self._timing.look)
            self._agent.look(time.monotonic())

    def _result(self) -> Ran | Refused | None:
        try:
            return read_result(read_plain(self._exchange.result, SIZE_LIMIT))
        except FileNotFoundError:
            return None
        except PermissionError:  # Windows: another process has the file open
            return None
        except (OSError, ValueError) as error:
            raise HostError("transient", f"The agent's result cannot be read: {error}.") from error

    def _follow(self, result: Ran | Refused | None) -> None:
        """Pass new lines of the log, and progress that has changed, to the listener.

        `result` must be read before this call: if there is one, the log is already complete.
        """
        run = result.run if isinstance(result, Ran) else self._exchange.last_turn()[0]
        if run > self._run:
            self._begin(run)
        for line in self._lines.read():
            self._listener.line(line)
            self._log.read(line)
        if self._log.percent != self._percent:
            self._percent = self._log.percent
            self._listener.progress(self._percent)

    def _begin(self, run: int) -> None:
        """Switch to the log of run number `run`; lines of an earlier run no longer count."""
        if self._run:
            self._listener.line(f"host: the agent died; the render begins again (run {run})")
        self._run = run
        self._lines = LineReader(self._exchange.log(run))
        self._log = EngineLog(self._expected)

    def _ended(self, result: Ran | Refused) -> Outcome:
        if isinstance(result, Refused):
            raise HostError(result.kind, result.reason)
        self._log.warnings.extend(result.warnings)
        return Outcome(
            exit_code=result.exit_code,
            log=self._log,
            seconds=result.seconds,
            cancelled=result.cancelled,
            hung=result.hung,
        )

    def _check_own_life(self) -> None:
        if not self._own_beat.exists():
            reason = (
                "The agent on the machine removed this worker's files: its heartbeat was missing."
            )
            raise HostError("transient", reason)

    def _is_cancelled_unclaimed(self) -> bool:
        """Pass the listener's cancellation on to the agent, once.

        Returns True if it came before the agent's first turn, so that no agent begins the render.
        """
        if self._cancelled or not self._listener.cancelled():
            return False
        if self._exchange.take_turn(1, "client"):
            return True
        with suppress(OSError):  # the next look tries again
            self._exchange.cancel.touch()
            self._cancelled = True
        return False

    def _is_given_up(self) -> bool:
        """Return whether a cancelled request can end because no agent is alive.

        Raises HostError if no agent is alive and the request is not cancelled.
        """
        if not self._agent.stale:
            return False
        if not self._exchange.take_turn(self._exchange.last_turn()[0] + 1, "client"):
            self._agent.wait_again()  # an agent has just started and taken the turn
            return False
        if not self._cancelled:
            seconds = f"{self._timing.agent_stale:g}"
            reason = f"The agent on the machine has written no heartbeat for {seconds} seconds."
            raise HostError("transient", reason)
        return True

    def _cancelled_outcome(self) -> Outcome:
        seconds = time.monotonic() - self._began
        return Outcome(exit_code=None, log=self._log, seconds=seconds, cancelled=True)


def _relative(work: Path, path: Path) -> str:
    try:
        return path.relative_to(work).as_posix()
    except ValueError:
        reason = f"{path.name} is not in the worker's folder in the spool."
        raise HostError("configuration", reason) from None


def _remove(folder: Path) -> None:
    if not remove_tree(folder):
        raise PermissionError
