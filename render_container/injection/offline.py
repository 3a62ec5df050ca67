"""Carrying out a plan on a project file without After Effects."""

import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intarsia.domain.errors import Problem
from intarsia.projects.reader import open_project
from intarsia.projects.rifx import check_structure
from render_container.injection.calls import call
from render_container.injection.errors import InjectionError
from render_container.injection.fonts import Fonts
from render_container.injection.footage import (
    check_kind,
    import_footage,
    probe_differences,
    recolour_solids,
    replace_footage,
)
from render_container.injection.plan import Call, Plan, ReplaceFootage
from render_container.injection.properties import set_value
from render_container.injection.resolve import Step, resolve


@dataclass(frozen=True)
class Applied:
    """What was done."""

    applied: int
    """Number of operations carried out: all of the plan's."""
    warnings: list[str] = field(default_factory=list)
    """Each begins with the asset it concerns, such as `assets[2].layerName: `."""


def apply_plan(project: Path, plan: Plan, save_to: Path, *, fonts: Sequence[Path] = ()) -> Applied:
    """Apply `plan` to the project file and save the result at `save_to`, replacing what is there.

    The project file itself is never changed. Save into its folder: footage that came with it is
    found relative to the project. `fonts` are folders of fonts, besides the project's own, that a
    text to be fitted may need. Operations are carried out in order; what they mean is found before
    the first. Raises InjectionError with every problem found, before anything is saved, also for a
    plan with scripts; and ProjectError if the project cannot be read.
    """
    if save_to.absolute() == project.absolute():
        raise ValueError("the template must not be overwritten")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app, facts = open_project(project, in_detail=plan.may_concern)
        resolved = resolve(app.project, facts, plan)
        said = list(resolved.warnings)
        imported = _import_all(app.project, plan, resolved.problems, said)
        if resolved.problems:
            raise InjectionError(resolved.problems)
        hands = _Hands(app.project, imported, Fonts([project.parent, *fonts]))
        for step in resolved.steps:
            said += _carry_out(hands, step, resolved.problems)
        if resolved.problems:
            raise InjectionError(resolved.problems)
        _save(app.project, save_to)
    return Applied(len(plan.operations), [f"{item.field}: {item.message}" for item in said])


def _import_all(
    project: Any, plan: Plan, problems: list[Problem], said: list[Problem]
) -> dict[Path, Any]:
    """One footage item for each file of the plan, however many layers it goes into."""
    items: dict[Path, Any] = {}
    for operation in plan.operations:
        if not isinstance(operation, ReplaceFootage):
            continue
        if operation.path not in items:
            items[operation.path] = import_footage(project, operation.path)
        item = items[operation.path]
        problem = item if isinstance(item, Problem) else check_kind(item, operation.kind)
        if problem is not None:
            problems.append(Problem(f"{operation.field}.{problem.field}", problem.message))
            continue
        differences = probe_differences(item, operation.media, operation.path.name)
        said += [Problem(operation.field, difference) for difference in differences]
    return items


@dataclass(frozen=True)
class _Hands:
    """What is needed to carry out any operation."""

    project: Any
    imported: dict[Path, Any]
    fonts: Fonts


def _carry_out(hands: _Hands, step: Step, problems: list[Problem]) -> list[Problem]:
    """Do what one operation says, and return what it warns of."""
    name = step.operation.field
    solids = [value for value in step.values if value.place.solid_color]
    said: list[str] = []
    with _collect(problems, name):
        for value in step.values:
            if not value.place.solid_color:
                set_value(value.item, value.place, value.value)
        if solids:
            color = solids[0].value
            assert isinstance(color, list)
            recolour_solids(hands.project, [value.layer for value in solids], color)
        for expression in step.expressions:
            expression.item.expression = expression.text
        if isinstance(step.operation, ReplaceFootage):
            for layer in step.layers:
                said += replace_footage(layer, hands.imported[step.operation.path])
        elif isinstance(step.operation, Call):
            said += call(step, step.operation, hands.fonts)
    return [Problem(f"{name}.layerName", warning) for warning in said]


@contextmanager
def _collect(problems: list[Problem], field_name: str) -> Iterator[None]:
    """What only py-aep knows to be impossible becomes a problem of the operation."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        problems.append(Problem(field_name, str(error)))


def _save(project: Any, save_to: Path) -> None:
    """Save beside the final place, check what was written, then put it there in one step."""
    part = save_to.with_name(f".{uuid.uuid4().hex}.aep")
    try:
        project.save(part)
        check_structure(part)
        part.replace(save_to)
    finally:
        part.unlink(missing_ok=True)
