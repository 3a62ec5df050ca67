"""Stage 2: the assets into the project, off-line, and the composition's measures out of it."""

from intarsia.domain.assets import ScriptAsset
from intarsia.projects.checks import check_composition
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import CompositionFacts, ProjectFacts
from intarsia.projects.mogrt import main_composition
from intarsia.projects.reader import open_project
from render_container.injection.errors import InjectionError
from render_container.injection.offline import apply_plan
from render_container.injection.plan import build_plan
from render_container.worker.download import Downloaded
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.template import template_error
from render_container.worker.work import Prepared, RenderWork

LISTED = 20  # compositions that a message names


def inject(work: RenderWork, downloaded: Downloaded) -> Prepared:
    """Write the project to draw. Raises AttemptError."""
    project = downloaded.project.with_name("intarsia-render.aep")
    try:
        plan = build_plan(work.manifest.assets, downloaded.files, downloaded.media)
        fonts = [*filter(None, [downloaded.fonts]), *work.environment.fonts]
        applied = apply_plan(downloaded.project, plan, project, fonts=fonts)
        app, facts = open_project(project, in_detail=lambda _: False)
    except InjectionError as error:
        raise AttemptError(_blame(error, work), str(error)) from error
    except ProjectError as error:
        raise template_error(work, error) from error
    work.warnings.extend(applied.warnings)
    work.log.line(f"applied {applied.applied} of {len(plan.operations)} operations")
    comp = _composition(work.manifest.composition, facts)
    first, last = _range(work.manifest.frames, comp)
    return Prepared(
        project=project,
        fonts=downloaded.fonts,
        composition=comp.name,
        width=comp.width,
        height=comp.height,
        fps=comp.frame_rate,
        first=first,
        last=last,
        displayed_start=app.project.display_start_frame + comp.display_start_frame,
    )


def _blame(error: InjectionError, work: RenderWork) -> Kind:
    """Scripts need After Effects, which is the installation's matter; all else is the job's."""
    scripts = tuple(
        f"assets[{number}]"
        for number, asset in enumerate(work.manifest.assets)
        if isinstance(asset, ScriptAsset)
    )
    of_scripts = all(item.field.partition(".")[0] in scripts for item in error.problems)
    return "configuration" if of_scripts else "user"


def _composition(name: str | None, facts: ProjectFacts) -> CompositionFacts:
    """The composition to draw: that of the name, of the .mogrt, or the only one that there is."""
    name = main_composition(facts) if name is None else name
    if name is None:
        known = ", ".join(f'"{comp.name}"' for comp in facts.compositions[:LISTED]) or "none"
        raise AttemptError(
            "user",
            "template.composition: is needed, for the project of template.src has not just one"
            f" composition but these: {known}.",
        )
    problem = check_composition(facts, name)
    if problem:
        raise AttemptError("user", f"{problem.field}: {problem.message}")
    return next(comp for comp in facts.compositions if comp.name == name)


def _range(frames: tuple[int, int] | None, comp: CompositionFacts) -> tuple[int, int]:
    if frames is None:
        return 0, comp.frames - 1
    if frames[1] >= comp.frames:
        raise AttemptError(
            "user",
            f'settings.frames: composition "{comp.name}" has frames 0 to {comp.frames - 1}.',
        )
    return frames
