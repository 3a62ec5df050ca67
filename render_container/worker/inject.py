"""Stage 2: injection of the assets into the project, or a plan by which After Effects does so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from intarsia.domain.assets import ScriptAsset
from intarsia.projects.checks import check_composition
from intarsia.projects.errors import ProjectError
from intarsia.projects.facts import CompositionFacts, ProjectFacts
from intarsia.projects.mogrt import main_composition
from intarsia.projects.reader import open_project
from render_container.injection.choosing import InjectorSettingError, choose_injector
from render_container.injection.errors import InjectionError
from render_container.injection.footage import LackingProblem
from render_container.injection.inside import prepare_inside
from render_container.injection.offline import apply_plan
from render_container.injection.plan import Plan, RunScript, build_plan
from render_container.worker.download import Downloaded
from render_container.worker.errors import AttemptError, Kind
from render_container.worker.template import template_error
from render_container.worker.work import Prepared, RenderWork

LISTED = 20  # compositions named in a message


def inject(work: RenderWork, downloaded: Downloaded) -> Prepared:
    """Write a project with the assets injected, or a plan by which After Effects injects them.

    Returns the project to render. Raises AttemptError if an asset cannot be injected, or if the
    project cannot be read. Also raises it if the injector that the operator has set is invalid or
    not available.
    """
    try:
        plan = build_plan(work.manifest.assets, downloaded.files, downloaded.media)
        return _injector(work, plan)(work, downloaded, plan)
    except InjectionError as error:
        raise AttemptError(_blame(error, work), str(error)) from error
    except InjectorSettingError as error:
        raise AttemptError("configuration", f"{error}.") from error
    except ProjectError as error:
        raise template_error(work, error) from error


def _injector(work: RenderWork, plan: Plan) -> Callable[[RenderWork, Downloaded, Plan], Prepared]:
    variables = work.environment.variables
    try:
        choice = choose_injector(
            plan, has_after_effects=_has_after_effects(work), environment=variables
        )
    except InjectionError:
        return _offline  # raises the same error, together with all other problems
    work.log.line(choice.reason)
    return _offline if choice.injector == "offline" else _inside


def _has_after_effects(work: RenderWork) -> bool:
    """Return whether After Effects itself renders the job.

    False for a package and for the open compositor. Also False if another program renders in place
    of After Effects (`rendered_by` is set), as on a laptop.
    """
    drawn = not work.is_open and work.manifest.media != "aep"
    return drawn and work.environment.rendered_by is None


def _offline(work: RenderWork, downloaded: Downloaded, plan: Plan) -> Prepared:
    project = downloaded.project.with_name("intarsia-render.aep")
    fonts = [*filter(None, [downloaded.fonts]), *work.environment.fonts]
    applied = apply_plan(downloaded.project, plan, project, fonts=fonts)
    app, facts = open_project(project, in_detail=lambda _: False)
    work.warnings.extend(applied.warnings)
    work.log.line(f"applied {applied.applied} of {len(plan.operations)} operations")
    comp = _composition(work.manifest.composition, facts)
    drawn = _range(work.manifest.frames, comp.name, comp.frames)
    return _prepared(project, downloaded, app, comp, drawn)


def _inside(work: RenderWork, downloaded: Downloaded, plan: Plan) -> Prepared:
    """Write the plan that After Effects applies before it renders; the project stays unchanged.

    The plan's scripts may change the composition's length. Its final length is then known only
    after the render.
    """
    project = downloaded.project
    app, facts = open_project(project, in_detail=lambda _: False)
    comp = _composition(work.manifest.composition, facts)
    scripted = any(isinstance(operation, RunScript) for operation in plan.operations)
    whole = scripted and work.manifest.frames is None
    inside = prepare_inside(
        project,
        plan,
        work.folder,
        composition=comp.name,
        whole=whole,
        fonts=[*filter(None, [downloaded.fonts]), *work.environment.fonts],
        # Parameters that nexrender passes to every script.
        built_in={"nxUID": work.manifest.job_id, "nxWorkpath": str(work.folder)},
    )
    frames = inside.frames or comp.frames
    if scripted and work.manifest.frames is not None:
        drawn = work.manifest.frames
    else:
        drawn = _range(work.manifest.frames, comp.name, frames)
    prepared = _prepared(project, downloaded, app, comp, drawn)
    return replace(prepared, inside=inside, whole=whole)


def _prepared(
    project: Path,
    downloaded: Downloaded,
    app: Any,
    comp: CompositionFacts,
    frames: tuple[int, int],
) -> Prepared:
    return Prepared(
        project=project,
        fonts=downloaded.fonts,
        composition=comp.name,
        width=comp.width,
        height=comp.height,
        fps=comp.frame_rate,
        first=frames[0],
        last=frames[1],
        displayed_start=app.project.display_start_frame + comp.display_start_frame,
    )


def _blame(error: InjectionError, work: RenderWork) -> Kind:
    """Return the kind of failure to which an injection error leads.

    It is `configuration` if the only problem is that After Effects does not render this job, else
    `user`.
    """
    scripts = {
        f"assets[{number}].type"
        for number, asset in enumerate(work.manifest.assets)
        if isinstance(asset, ScriptAsset)
    }
    lacking = all(
        problem.field in scripts or isinstance(problem, LackingProblem)
        for problem in error.problems
    )
    return "configuration" if lacking and not _has_after_effects(work) else "user"


def _composition(name: str | None, facts: ProjectFacts) -> CompositionFacts:
    """Return the composition to render: the one called `name`, or the default one if it is None.

    The default is the main composition of a .mogrt, or the project's only composition. Raises
    AttemptError if there is no composition called `name`, or no default.
    """
    name = main_composition(facts) if name is None else name
    if name is None:
        known = ", ".join(f'"{comp.name}"' for comp in facts.compositions[:LISTED]) or "none"
        raise AttemptError(
            "user",
            "template.composition: required unless the project of template.src has exactly one"
            f" composition; its compositions are: {known}.",
        )
    problem = check_composition(facts, name)
    if problem:
        raise AttemptError("user", f"{problem.field}: {problem.message}")
    return next(comp for comp in facts.compositions if comp.name == name)


def _range(frames: tuple[int, int] | None, name: str, count: int) -> tuple[int, int]:
    if frames is None:
        return 0, count - 1
    if frames[1] >= count:
        raise AttemptError(
            "user", f'settings.frames: composition "{name}" has frames 0 to {count - 1}.'
        )
    return frames
