"""One run of After Effects for one request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from render_container.engines.arguments import render_arguments
from render_container.engines.command import engine_command
from render_container.engines.process import Listener, run_engine
from render_container.engines.watchdogs import Watchdogs
from render_container.fonts.installing import installed
from render_container.host.environment import engine_environment
from render_container.host.leftovers import end_leftovers
from render_container.host.lines import LineWriter
from render_container.host.places import Places
from render_container.host.request import HostRequest
from render_container.host.result import Ran


@dataclass(frozen=True)
class Machine:
    """Settings of the machine, which no request can change."""

    spool: Path
    variables: Mapping[str, str]
    """The agent's environment, which locates After Effects."""
    watchdogs: Watchdogs | None = None


def run_request(
    request: HostRequest,
    places: Places,
    machine: Machine,
    *,
    run: int,
    log: Path,
    cancelled: Callable[[], bool],
) -> Ran:
    """Render a request from its start, after removing processes and files of earlier runs.

    Raises EngineError if After Effects cannot be started, EngineLeftError if a process of an
    earlier run cannot be ended, or OSError.
    """
    end_leftovers(machine.spool)
    places.clear()
    command = [
        *engine_command(request.engine, machine.variables),
        *render_arguments(places.render(request)),
    ]
    with installed(places.fonts) as warnings, LineWriter(log) as lines:
        outcome = run_engine(
            command,
            cwd=places.work,
            environment=engine_environment(
                machine.variables,
                spool=machine.spool,
                plan=places.plan,
                plan_result=places.plan_result,
            ),
            expected_frames=request.expected_frames,
            # The client computes the progress from the lines.
            listener=Listener(line=lines.write, progress=lambda _: None, cancelled=cancelled),
            watchdogs=machine.watchdogs,
        )
    return Ran(
        run=run,
        exit_code=outcome.exit_code,
        seconds=outcome.seconds,
        cancelled=outcome.cancelled,
        hung=outcome.hung,
        warnings=tuple(warnings),
    )
