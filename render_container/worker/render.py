"""Stage 3: the engine draws."""

import os
from pathlib import Path

from render_container.engines.arguments import Render, render_arguments
from render_container.engines.command import engine_command
from render_container.engines.errors import EngineError
from render_container.engines.process import Listener, Outcome, run_engine
from render_container.engines.verdict import judge
from render_container.worker.errors import AttemptError
from render_container.worker.work import Drawn, Prepared, RenderWork


def render(work: RenderWork, prepared: Prepared) -> Drawn:
    """Run the engine. Raises AttemptError, or LostAttemptError when the attempt was lost."""
    folder = work.folder / "output"
    folder.mkdir()  # fresh, so nothing of an earlier run can be taken for the output
    job = _render(work, prepared, folder)
    try:
        command = [
            *engine_command(work.manifest.engine, work.environment.variables),
            *render_arguments(job),
        ]
        outcome = run_engine(
            command,
            cwd=work.folder,
            environment=work.environment.for_engine(
                fonts=[prepared.project.parent, *filter(None, [prepared.fonts])],
                folder=work.folder,
            ),
            expected_frames=prepared.frames,
            listener=Listener(
                line=work.log.engine,
                progress=lambda percent: work.heartbeat.progress(percent / 100),
                cancelled=lambda: work.heartbeat.lost,
            ),
        )
    except EngineError as error:
        raise AttemptError("configuration", str(error)) from error
    work.heartbeat.check()
    _log_end(work, outcome)
    failure = judge(outcome, expected_frames=prepared.frames)
    if failure:
        # Whoever reads it does not know, and need not know, where this machine keeps files.
        reason = failure.reason.replace(f"{work.folder}{os.sep}", "")
        raise AttemptError(failure.kind, reason)
    work.warnings.extend(outcome.log.warnings)
    return Drawn(
        files=sorted(path for path in folder.iterdir() if path.is_file()),
        seconds=outcome.seconds,
        rendered_by=work.environment.rendered_by
        or outcome.log.drawn_by
        or work.manifest.engine.value,
        missing_fonts=outcome.log.missing_fonts,
    )


def _render(work: RenderWork, prepared: Prepared, folder: Path) -> Render:
    manifest = work.manifest
    extension = manifest.codec.extension
    name = "frame_[#####]" if manifest.media == "image" else "output"
    return Render(
        project=prepared.project,
        composition=prepared.composition,
        output=folder / f"{name}.{extension}",
        module=manifest.codec,
        quality=manifest.quality,
        first=prepared.first,
        last=prepared.last,
        displayed_start=prepared.displayed_start,
    )


def _log_end(work: RenderWork, outcome: Outcome) -> None:
    end = f"hung: {outcome.hung}" if outcome.hung else f"exit code {outcome.exit_code}"
    work.log.line(f"engine: {end}, {outcome.seconds:.1f} s, {len(outcome.log.frames)} frames")
