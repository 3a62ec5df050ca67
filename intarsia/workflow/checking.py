"""Checks of a planned job against the engines, templates and fonts that exist."""

import re
from dataclasses import dataclass, field

from intarsia.domain.assets import ScriptAsset
from intarsia.domain.errors import NotFoundError, Problem
from intarsia.domain.fonts import Font
from intarsia.domain.settings import Engine
from intarsia.domain.templates import Template, TemplateStatus
from intarsia.domain.trees import PlannedJob, RenderWork
from intarsia.projects.checks import check_assets, check_composition
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.functions import frames_with
from intarsia.projects.mogrt import main_composition
from intarsia.workflow.asset_fonts import fonts_named
from intarsia.workflow.library import Library


@dataclass(frozen=True)
class Checked:
    """The result of checking a planned job.

    The fields of problems and warnings are paths in the whole request, such as
    `assets[0].layerName`.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    template: Template | None = None
    """The job's After Effects template, with a status of `uploaded`.

    None for a join, and for a project that is fetched from a URL when the job renders. Also None if
    a problem prevented the check of the template.
    """
    composition: str | None = None
    fonts: list[Font] = field(default_factory=list)
    missing_fonts: list[str] = field(default_factory=list)
    pieces: int = 1
    """Number of frame ranges that are rendered separately; 1: the job renders as a whole."""


def check(library: Library, job: PlannedJob) -> Checked:
    """Check a planned job against its template's contents, the team's fonts and the engines.

    Raises NotFoundError if the team does not have the template; the result lists other problems.
    """
    work = job.work
    if not isinstance(work, RenderWork):
        return Checked()
    if work.settings.engine not in library.engines and work.settings.type != "aep":
        return Checked([_of(job, work, _engine_refused(library, work.settings.engine))])
    if work.template_src is not None:
        fonts, missing = library.fonts([*work.fonts, *fonts_named(work.assets)])
        return Checked(
            problems=[_of(job, work, each) for each in _pieces_refused(work)],
            composition=work.composition,
            fonts=fonts,
            missing_fonts=missing,
            pieces=work.settings.pieces or 1,
        )
    template = library.template(work.template_id)
    if template is None:
        raise NotFoundError(f"template {work.template_id} not found")
    if template.status is not TemplateStatus.UPLOADED:
        reason = template.error or 'try again when its status is "uploaded"'
        message = f"template {template.id} is {template.status}: {reason}"
        return Checked([Problem(_at(job.field, "template.id"), message)])
    return _check(library, job, work, template)


def _check(library: Library, job: PlannedJob, work: RenderWork, template: Template) -> Checked:
    facts = library.facts(template)
    composition, found = _composition(work, facts)
    found += _frames_in_range(work, composition, facts) + _pieces_refused(work)
    draws = work.settings.engine is not Engine.OPEN and work.settings.type != "aep"
    problems, warnings = check_assets(facts, work.assets, has_after_effects=draws)
    used = [font.postscript_name for font in facts.fonts]
    fonts, missing = library.fonts([*work.fonts, *used, *fonts_named(work.assets)])
    return Checked(
        problems=[_of(job, work, each) for each in found + problems],
        warnings=[_of(job, work, each) for each in warnings],
        template=template,
        composition=composition,
        fonts=fonts,
        missing_fonts=missing,
        pieces=_pieces(library, work, composition, facts),
    )


def _engine_refused(library: Library, engine: Engine) -> Problem:
    offered = ", ".join(f'"{each}"' for each in library.engines)
    message = (
        f'"{engine}" is not available on this installation; use one of {offered}. '
        '`preview: true` and `engine: "open"` do not require After Effects'
    )
    return Problem("settings.engine", message)


def _pieces_refused(work: RenderWork) -> list[Problem]:
    if work.settings.pieces and _has_script(work):
        message = "cannot be used with a script asset, which may act differently on each machine"
        return [Problem("settings.pieces", message)]
    return []


def _pieces(library: Library, work: RenderWork, composition: str, facts: ProjectFacts) -> int:
    """Return the number of pieces that the job requests, or else that its length requires."""
    settings = work.settings
    if settings.pieces is not None:
        return settings.pieces
    if settings.type == "aep" or _has_script(work):
        return 1
    wanted = settings.first_and_last
    if wanted is not None:
        return library.splitting.pieces_of(wanted[1] - wanted[0] + 1)
    found = [comp for comp in facts.compositions if comp.name == composition]
    return library.splitting.pieces_of(frames_with(facts, found[0], work.assets)) if found else 1


def _has_script(work: RenderWork) -> bool:
    return any(isinstance(asset, ScriptAsset) for asset in work.assets)


def _composition(work: RenderWork, facts: ProjectFacts) -> tuple[str, list[Problem]]:
    if work.composition is not None:
        problem = check_composition(facts, work.composition)
        return work.composition, [problem] if problem else []
    if (main := main_composition(facts)) is not None:
        return main, []
    names = ", ".join(f'"{comp.name}"' for comp in facts.compositions)
    return "", [Problem("template.composition", f"is required; use one of {names}")]


def _frames_in_range(work: RenderWork, composition: str, facts: ProjectFacts) -> list[Problem]:
    wanted = work.settings.first_and_last
    for comp in facts.compositions:
        if comp.name == composition and wanted:
            frames = frames_with(facts, comp, work.assets)
            if wanted[1] >= frames:
                message = f'composition "{comp.name}" has frames 0 to {frames - 1}'
                return [Problem("settings.frames", message)]
    return []


def _of(job: PlannedJob, work: RenderWork, problem: Problem) -> Problem:
    """Return a job's problem with its field converted to a path in the request.

    Indexes of assets may differ, because one asset of the request may stand for several of the job.
    """
    inner = re.fullmatch(r"assets\[(\d+)\](.*)", problem.field)
    if inner:
        return Problem(work.asset_fields[int(inner[1])] + inner[2], problem.message)
    return Problem(_at(job.field, problem.field), problem.message)


def _at(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
