"""Choice of the injector that carries out a plan: py-aep (off-line), or After Effects itself."""

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

# Suffixes of files that py-aep can import. For other files, an import is tried.
_COMMON = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".mp4", ".mov", ".wav", ".mp3"})


class InjectorSettingError(IntarsiaError):
    """Error in ENV_INJECTOR: its value names no injector, or one that is not available."""


@dataclass(frozen=True)
class Choice:
    """The chosen injector, and the reason for the choice as one sentence for the job's log."""

    injector: Injector
    reason: str


def choose_injector(
    plan: Plan, *, has_after_effects: bool, environment: Mapping[str, str] | None = None
) -> Choice:
    """Return the off-line injector if it can carry out the whole plan, else After Effects.

    `has_after_effects` is True if After Effects renders the job; it is False for the engine `open`.
    The variable ENV_INJECTOR in `environment` overrides the choice. None stands for the process's
    own environment.

    Raises InjectionError if the chosen or only injector cannot carry out the plan. Raises
    InjectorSettingError if ENV_INJECTOR names no injector or one that is not available.
    """
    forced = (os.environ if environment is None else environment).get(ENV_INJECTOR) or None
    if forced not in {None, "offline", "after-effects"}:
        raise InjectorSettingError(
            f'{ENV_INJECTOR} must be "offline" or "after-effects", not "{forced}"'
        )
    if forced == "after-effects" and not has_after_effects:
        raise InjectorSettingError(
            f'{ENV_INJECTOR} is "after-effects", but After Effects does not render this job'
        )
    if forced == "after-effects":
        return Choice("after-effects", f"injected by After Effects, as set in {ENV_INJECTOR}")
    needs = list(_needs(plan))
    if not needs:
        why = f"as set in {ENV_INJECTOR}" if forced else "as nothing needs After Effects"
        return Choice("offline", f"injected off-line, {why}")
    if forced == "offline" or not has_after_effects:
        raise InjectionError([_refusal(problem, forced) for problem in needs])
    first = needs[0]
    return Choice(
        "after-effects", f"injected by After Effects, because of {first.field}: {first.message}"
    )


def _refusal(problem: Problem, forced: str | None) -> Problem:
    why = f", but {ENV_INJECTOR} is {forced}" if forced else ", which does not render this job"
    return Problem(problem.field, f"{problem.message}{why}")


def _needs(plan: Plan) -> Iterator[Problem]:
    """Yield a problem for each operation of a plan that only After Effects can carry out."""
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
