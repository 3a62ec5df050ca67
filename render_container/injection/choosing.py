"""Which injector carries out a plan, and why."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import py_aep

from intarsia.domain.errors import IntarsiaError, Problem
from intarsia.names import ENV_INJECTOR
from render_container.injection.errors import InjectionError
from render_container.injection.footage import LackingProblem, import_footage
from render_container.injection.plan import Plan, ReplaceFootage, RunScript

Injector = Literal["offline", "after-effects"]

# Kinds that py-aep reads, without asking it.
_COMMON = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".mp4", ".mov", ".wav", ".mp3"})


class InjectorSettingError(IntarsiaError):
    """ENV_INJECTOR says what cannot be."""


@dataclass(frozen=True)
class Choice:
    """An injector and one sentence, for the job's log, on why."""

    injector: Injector
    reason: str


def choose_injector(
    plan: Plan, *, has_after_effects: bool, environment: Mapping[str, str] | None = None
) -> Choice:
    """Off-line if all of the plan can be done so, else inside After Effects.

    `has_after_effects` is False for the engine `open`. ENV_INJECTOR in `environment` (that of the
    process unless given) decides where it is set. Raises InjectionError for what the injector to be
    used cannot do, InjectorSettingError if ENV_INJECTOR names none or one that is not there.
    """
    forced = (os.environ if environment is None else environment).get(ENV_INJECTOR) or None
    if forced not in {None, "offline", "after-effects"}:
        raise InjectorSettingError(
            f'{ENV_INJECTOR} is "{forced}"; it can be "offline" or "after-effects"'
        )
    if forced == "after-effects" and not has_after_effects:
        raise InjectorSettingError(
            f'{ENV_INJECTOR} is "after-effects", but the engine that draws is not After Effects'
        )
    if forced == "after-effects":
        return Choice("after-effects", f"injected by After Effects, as {ENV_INJECTOR} says")
    needs = list(_needs(plan))
    if not needs:
        why = f"as {ENV_INJECTOR} says" if forced else "for nothing in the plan needs After Effects"
        return Choice("offline", f"injected off-line, {why}")
    if forced == "offline" or not has_after_effects:
        raise InjectionError([_refusal(problem, forced) for problem in needs])
    first = needs[0]
    return Choice("after-effects", f"injected by After Effects, for {first.field}: {first.message}")


def _refusal(problem: Problem, forced: str | None) -> Problem:
    why = f", and {ENV_INJECTOR} forbids it" if forced else ", which does not run here"
    return Problem(problem.field, f"{problem.message}{why}")


def _needs(plan: Plan) -> Iterator[Problem]:
    """What in a plan needs After Effects."""
    asked: dict[Path, bool] = {}
    for operation in plan.operations:
        if isinstance(operation, RunScript):
            yield Problem(f"{operation.field}.type", "a script needs After Effects")
        elif isinstance(operation, ReplaceFootage):
            path = operation.path
            if path not in asked:
                asked[path] = path.suffix.lower() not in _COMMON and _is_lacking(path)
            if asked[path]:
                yield Problem(
                    f"{operation.field}.src", f'"{path.name}" can only be imported by After Effects'
                )


def _is_lacking(path: Path) -> bool:
    project: Any = py_aep.new().project
    return isinstance(import_footage(project, path), LackingProblem)
