"""Stage 3: rendering by one run of the engine."""

import os
import time
from dataclasses import replace
from pathlib import Path

from render_container.engines.arguments import Module, Render
from render_container.engines.process import Outcome
from render_container.engines.verdict import judge
from render_container.worker.engine import expected_frames, run
from render_container.worker.errors import AttemptError
from render_container.worker.injected import read_injected
from render_container.worker.work import Drawn, Prepared, RenderWork

FRAME_NAME = "frame_[#####]"


def render(work: RenderWork, prepared: Prepared) -> Drawn:
    """Render the job in its codec and return the files. Raises the same errors as `draw`."""
    return draw(work, prepared, work.manifest.codec, "output")


def draw(work: RenderWork, prepared: Prepared, module: Module, name: str) -> Drawn:
    """Run the engine with the output-module template `module`; return the files that it wrote.

    The files lie in a new folder `name` of the work folder. Raises AttemptError if the run fails,
    and LostAttemptError if the attempt is lost before its end.
    """
    folder = work.folder / name
    folder.mkdir()  # must not exist yet: files of an earlier run are no output
    began = time.time()
    outcome = run(work, _render(work, prepared, module, folder), prepared)
    work.heartbeat.check()
    _log_end(work, outcome)
    failure = judge(outcome, expected_frames=expected_frames(prepared))
    prepared, missing_fonts = read_injected(work, prepared, outcome, failure)
    failure = failure or judge(outcome, expected_frames=prepared.frames)  # known after the run
    if failure:
        # Paths of this machine mean nothing to the reader.
        reason = failure.reason.replace(f"{work.folder}{os.sep}", "")
        raise AttemptError(failure.kind, reason)
    work.warnings.extend(outcome.log.warnings)
    return Drawn(
        files=sorted(path for path in folder.iterdir() if path.is_file()),
        began=began,
        seconds=outcome.seconds,
        rendered_by=work.environment.rendered_by
        or outcome.log.drawn_by
        or work.manifest.engine.value,
        missing_fonts=list(dict.fromkeys([*outcome.log.missing_fonts, *missing_fonts])),
        prepared=replace(prepared, whole=False),
    )


def extension(module: Module) -> str:
    """Return the extension of the files written with an output-module template, without the dot."""
    if module == "intermediate":
        return "avi"
    return "wav" if module == "sound" else module.extension


def _render(work: RenderWork, prepared: Prepared, module: Module, folder: Path) -> Render:
    manifest = work.manifest
    stills = manifest.media == "image" and module == manifest.codec
    name = f"{FRAME_NAME if stills else 'output'}.{extension(module)}"
    return Render(
        project=prepared.project,
        composition=prepared.composition,
        output=folder / name,
        module=module,
        quality=manifest.quality,
        first=prepared.first,
        last=prepared.last,
        displayed_start=prepared.displayed_start,
        whole=prepared.whole,
    )


def _log_end(work: RenderWork, outcome: Outcome) -> None:
    end = f"hung: {outcome.hung}" if outcome.hung else f"exit code {outcome.exit_code}"
    work.log.line(f"engine: {end}, {outcome.seconds:.1f} s, {len(outcome.log.frames)} frames")
