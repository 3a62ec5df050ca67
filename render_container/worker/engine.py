"""One run of the engine, started by the agent on the host if there is one, else by this process."""

from render_container.engines.arguments import Render, render_arguments
from render_container.engines.command import engine_command
from render_container.engines.errors import EngineError
from render_container.engines.process import Listener, Outcome, run_engine
from render_container.fonts.installing import installed
from render_container.host.client import host_request, render_on_host
from render_container.worker.errors import AttemptError
from render_container.worker.work import Prepared, RenderWork


def run(work: RenderWork, job: Render, prepared: Prepared) -> Outcome:
    """Run the engine to its end and return the outcome of the run.

    `job` has the engine's parameters; `prepared` has the fonts, and the plan for After Effects.
    The host's agent is not used for the open compositor. Raises AttemptError if the engine cannot
    be run.
    """
    listener = Listener(
        line=work.log.engine,
        progress=lambda percent: work.heartbeat.progress(percent / 100),
        cancelled=lambda: work.heartbeat.lost,
    )
    if prepared.inside is not None:
        prepared.inside.result.unlink(missing_ok=True)  # left by an earlier run
    try:
        if work.environment.spool is not None and not work.is_open:
            return _on_host(work, job, prepared, listener)
        return _here(work, job, prepared, listener)
    except EngineError as error:
        raise AttemptError(error.kind, str(error)) from error


def expected_frames(prepared: Prepared) -> int | None:
    """Return the number of frames to render; None if a script may still change it."""
    return None if prepared.whole else prepared.frames


def _on_host(work: RenderWork, job: Render, prepared: Prepared, listener: Listener) -> Outcome:
    assert work.environment.spool is not None
    inside = prepared.inside
    request = host_request(
        work.folder,
        job,
        engine=work.manifest.engine,
        expected_frames=expected_frames(prepared),
        plan=inside.plan if inside else None,
        plan_result=inside.result if inside else None,
        fonts=prepared.fonts,
    )
    work.log.line("engine: run by the agent on the machine")
    return render_on_host(work.environment.spool, request, listener)


def _here(work: RenderWork, job: Render, prepared: Prepared, listener: Listener) -> Outcome:
    environment = work.environment.for_engine(
        fonts=[prepared.project.parent, *filter(None, [prepared.fonts])], folder=work.folder
    )
    command = [
        *engine_command(work.manifest.engine, work.environment.variables),
        *render_arguments(job),
    ]
    with installed(None if work.is_open else prepared.fonts) as warnings:
        work.warnings.extend(warnings)
        return run_engine(
            command,
            cwd=work.folder,
            environment=environment | (prepared.inside.environment if prepared.inside else {}),
            expected_frames=expected_frames(prepared),
            listener=listener,
        )
