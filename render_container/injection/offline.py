"""Off-line injection: carries out a plan on a project file without After Effects."""

import uuid
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intarsia.projects.reader import open_project
from intarsia.projects.rifx import check_structure
from render_container.injection.errors import InjectionError
from render_container.injection.fonts import Fonts
from render_container.injection.hands import Hands, carry_out, import_all
from render_container.injection.plan import Plan
from render_container.injection.resolve import resolve


@dataclass(frozen=True)
class Applied:
    """Result of a plan that was carried out off-line."""

    applied: int
    """Number of operations carried out, which is that of all operations in the plan."""
    warnings: list[str] = field(default_factory=list)
    """Warnings. Each begins with the field that it concerns, such as `assets[2].layerName: `."""


def apply_plan(project: Path, plan: Plan, save_to: Path, *, fonts: Sequence[Path] = ()) -> Applied:
    """Apply `plan` to the project file and save the result at `save_to`, replacing any file there.

    The project file itself is never changed. `save_to` should be in the project's folder, because
    the paths of footage are relative to the project. `fonts` are folders of fonts for fitting text,
    besides the project's own. All operations are resolved before the first is carried out. They are
    carried out in order.

    Raises InjectionError with every problem found, before anything is saved. A script is a problem,
    because only After Effects can run it. Raises ProjectError if the project cannot be read, and
    ValueError if `save_to` is the project.
    """
    if save_to.absolute() == project.absolute():
        raise ValueError("the template must not be overwritten")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app, facts = open_project(project, in_detail=plan.may_concern)
        resolved = resolve(app.project, facts, plan)
        said = list(resolved.warnings)
        imported = import_all(app.project, plan, resolved.problems, said)
        if resolved.problems:
            raise InjectionError(resolved.problems)
        hands = Hands(app.project, imported, Fonts([project.parent, *fonts]))
        for step in resolved.steps:
            said += carry_out(hands, step, resolved.problems)
        if resolved.problems:
            raise InjectionError(resolved.problems)
        _save(app.project, save_to)
    return Applied(len(plan.operations), [f"{item.field}: {item.message}" for item in said])


def _save(project: Any, save_to: Path) -> None:
    """Save the project to a temporary file, check that file, then rename it to `save_to`."""
    part = save_to.with_name(f".{uuid.uuid4().hex}.aep")
    try:
        project.save(part)
        check_structure(part)
        part.replace(save_to)
    finally:
        part.unlink(missing_ok=True)
