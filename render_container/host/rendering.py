"""One run of After Effects for a worker's request to the host agent."""

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
    """Settings of the agent's machine, which no request can change."""

    spool: Path
    """The agent's spool; started processes are marked with its path."""
    variables: Mapping[str, str]
    """The agent's environment variables, by which After Effects is found."""
    watchdogs: Watchdogs | None = None
    """Time limits of an After Effects run; None for the defaults."""


def run_request(
    request: HostRequest,
    places: Places,
    machine: Machine,
    *,
    run: int,
    log: Path,
    cancelled: Callable[[], bool],
) -> Ran:
    """Run After Effects for a request, after removing processes and files of earlier runs.

    `places` are the checked paths of the request's files. `run` is the number of the run, from 1.
    The engine's output is written to the new file `log`. `cancelled` is called repeatedly; if it
    returns True, the engine is killed.

    Raises EngineError if After Effects cannot be started, and EngineLeftError if a process of an
    earlier run cannot be ended. Raises OSError if a file cannot be written or removed.
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
