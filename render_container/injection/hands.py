"""Off-line execution of a plan's operations, on the objects of py-aep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intarsia.domain.errors import Problem
from render_container.injection.calls import call
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
from render_container.injection.resolve import Step


def import_all(
    project: Any, plan: Plan, problems: list[Problem], said: list[Problem]
) -> dict[Path, Any]:
    """Import each footage file of the plan once. Return the footage items, or Problems, by path.

    Appends the problems to `problems`. Appends a warning to `said` for each difference between a
    file and its probe.
    """
    items: dict[Path, Any] = {}
    for operation in plan.operations:
        if not isinstance(operation, ReplaceFootage):
            continue
        if operation.path not in items:
            items[operation.path] = import_footage(project, operation.path)
        item = items[operation.path]
        problem = item if isinstance(item, Problem) else check_kind(item, operation.kind)
        if problem is not None:
            # `replace` keeps the class: a LackingProblem must stay one.
            problems.append(replace(problem, field=f"{operation.field}.{problem.field}"))
            continue
        differences = probe_differences(item, operation.media, operation.path.name)
        said += [Problem(operation.field, difference) for difference in differences]
    return items


@dataclass(frozen=True)
class Hands:
    """Objects that `carry_out` needs for every operation of a plan.

    `project` is the py-aep project to change, and `fonts` are those for measuring text.
    """

    project: Any
    imported: dict[Path, Any]
    """Footage items, or the Problems that prevented their import, by path of the file."""
    fonts: Fonts


def carry_out(hands: Hands, step: Step, problems: list[Problem]) -> list[Problem]:
    """Carry out the operation of `step` and return its warnings.

    Appends its problems to `problems`. A script is skipped, and so is footage that only After
    Effects can import.
    """
    name = step.operation.field
    solids = [value for value in step.values if value.place.solid_color]
    said: list[str] = []
    with _collecting(problems, name):
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
            item = hands.imported[step.operation.path]
            # A file that only After Effects can import replaces nothing here.
            for layer in [] if isinstance(item, Problem) else step.layers:
                said += replace_footage(layer, item)
        elif isinstance(step.operation, Call):
            said += call(step, step.operation, hands.fonts)
    return [Problem(f"{name}.layerName", warning) for warning in said]


@contextmanager
def _collecting(problems: list[Problem], field_name: str) -> Iterator[None]:
    """Turn an error that py-aep raises in the block into a problem of the operation.

    Appends it to `problems`, with `field_name` as its field.
    """
    try:
        yield
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        problems.append(Problem(field_name, str(error)))
