"""Stage 2: the assets into the project, off-line, and the composition's measures out of it."""

from intarsia.projects.checks import check_composition
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import CompositionFacts
from intarsia.projects.reader import open_project
from render_container.injection.errors import InjectionError
from render_container.injection.offline import apply_plan
from render_container.injection.plan import build_plan
from render_container.worker.download import Downloaded
from render_container.worker.errors import AttemptError
from render_container.worker.work import Prepared, Work


def inject(work: Work, downloaded: Downloaded) -> tuple[Prepared, list[str]]:
    """Write the project to draw; also returns what was odd about it. Raises AttemptError."""
    project = downloaded.project.with_name("intarsia-render.aep")
    try:
        plan = build_plan(work.manifest.assets, downloaded.files, downloaded.media)
        applied = apply_plan(downloaded.project, plan, project)
        app, facts = open_project(project, in_detail=lambda _: False)
    except InjectionError as error:
        raise AttemptError("user", str(error)) from error
    except ProjectError as error:
        raise AttemptError("user", f"The template cannot be used: {error}") from error
    work.log.line(f"applied {applied.applied} of {len(plan.operations)} operations")
    name = work.manifest.composition
    problem = check_composition(facts, name)
    if problem:
        raise AttemptError("user", f"{problem.field}: {problem.message}")
    comp = next(comp for comp in facts.compositions if comp.name == name)
    first, last = _range(work.manifest.frames, comp)
    prepared = Prepared(
        project=project,
        width=comp.width,
        height=comp.height,
        fps=comp.frame_rate,
        first=first,
        last=last,
        displayed_start=app.project.display_start_frame + comp.display_start_frame,
    )
    return prepared, applied.warnings


def _range(frames: tuple[int, int] | None, comp: CompositionFacts) -> tuple[int, int]:
    if frames is None:
        return 0, comp.frames - 1
    if frames[1] >= comp.frames:
        raise AttemptError(
            "user",
            f'settings.frames: composition "{comp.name}" has frames 0 to {comp.frames - 1}.',
        )
    return frames
