"""Preparation of a plan for After Effects: the plan is resolved and written to a file."""

import re
import secrets
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from intarsia.domain.errors import Problem
from intarsia.domain.scripts import SCRIPT_LIMIT
from intarsia.names import ENV_PLAN, ENV_PLAN_RESULT
from intarsia.projects.reader import open_project
from render_container.injection.describing import Targets, describe, text_sizes
from render_container.injection.errors import InjectionError
from render_container.injection.fonts import Fonts
from render_container.injection.footage import LackingProblem
from render_container.injection.hands import Hands, carry_out, import_all
from render_container.injection.plan import Plan, ReplaceFootage, RunScript, ScriptParameter
from render_container.injection.resolve import Resolved, Step, resolve
from render_container.injection.resolved_plan import (
    Change,
    File,
    ResolvedOperation,
    ResolvedPlan,
    Script,
)
from render_container.injection.resolved_plan import RunScript as RunScriptNow

PLAN_FILE = "intarsia-plan.json"
RESULT_FILE = "intarsia-plan-result.json"

# Directives that only work in a whole file; commenting them out keeps the line numbers.
_DIRECTIVE = re.compile(r"^(?=[ \t]*#(?:target|targetengine|engine|script|strict)\b)", re.MULTILINE)


@dataclass(frozen=True)
class InsidePlan:
    """A plan in a file, which After Effects can carry out while it renders `project`."""

    project: Path
    """The client's project itself, unchanged."""
    plan: Path
    """File of the resolved plan."""
    result: Path
    """File for the startup script's result; it does not exist yet."""
    token: str
    """Random text that the result must repeat."""
    operations: int
    """Number of operations in the plan."""
    scripts: frozenset[str]
    """Fields of the script assets, such as `assets[2]`."""
    composition: str | None
    """Name of the composition to render; None if none was given."""
    frames: int | None
    """Number of frames of the composition, unless a script changes it.

    None if there is no such composition.
    """
    warnings: list[str] = field(default_factory=list)
    """Warnings known before the render; the startup script's result adds more."""

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which After Effects must be started to apply the plan."""
        return {ENV_PLAN: str(self.plan), ENV_PLAN_RESULT: str(self.result)}


def prepare_inside(
    project: Path,
    plan: Plan,
    folder: Path,
    *,
    composition: str | None = None,
    whole: bool = False,
    fonts: Sequence[Path] = (),
    built_in: Mapping[str, JsonValue] | None = None,
) -> InsidePlan:
    """Resolve a plan in `project`, and write it to `folder` for After Effects.

    All targets are found, and all values fitted, in the unchanged project. To compute the sizes of
    fitted texts, the plan is also carried out here, as far as possible without After Effects.

    `composition` names the composition to render, whose measures the result will have (None: no
    measures). If `whole` is True, it is rendered from end to end, even if a script changes its
    length. `fonts` are folders of fonts for fitting text, besides the project's own. `built_in` are
    parameters that every script can read. They take precedence over its own of the same key.

    Raises InjectionError with every problem found, and ProjectError if the project cannot be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app, facts = open_project(project, in_detail=plan.may_concern)
        resolved = resolve(app.project, facts, plan, has_after_effects=True)
        scripts = _read_scripts(plan, built_in or {}, resolved.problems)
        said = list(resolved.warnings)
        hands = Hands(
            app.project,
            import_all(app.project, plan, resolved.problems, said),
            Fonts([project.parent, *fonts]),
        )
        _raise_first(resolved)
        operations, files = _carry_out(resolved, hands, scripts, said)
        _raise_first(resolved)
    token = secrets.token_hex(16)
    told = ResolvedPlan(
        token=token,
        composition=composition,
        whole=whole,
        files=tuple(files),
        operations=tuple(operations),
    )
    prepared = InsidePlan(
        project=project,
        plan=folder.absolute() / PLAN_FILE,
        result=folder.absolute() / RESULT_FILE,
        token=token,
        operations=len(operations),
        scripts=frozenset(scripts),
        composition=composition,
        frames=_frames(app.project, composition),
        warnings=[f"{item.field}: {item.message}" for item in said],
    )
    prepared.result.unlink(missing_ok=True)
    prepared.plan.write_text(told.to_json(), encoding="ascii")
    return prepared


def _frames(project: Any, composition: str | None) -> int | None:
    for comp in project.compositions:
        if comp.name == composition:
            frames: int = round(comp.duration * comp.frame_rate)
            return frames
    return None


def _raise_first(resolved: Resolved) -> None:
    problems = [item for item in resolved.problems if not isinstance(item, LackingProblem)]
    if problems:
        raise InjectionError(problems)


def _carry_out(
    resolved: Resolved, hands: Hands, scripts: Mapping[str, Script], said: list[Problem]
) -> tuple[list[ResolvedOperation], list[File]]:
    """Return the plan's steps as operations for After Effects, and the footage files to import.

    Also carries out each step here, because later steps may depend on it. Appends warnings about
    fitted layers and texts to `said`. `scripts` has the plan's scripts by their assets' fields.
    """
    targets = Targets(hands.project)
    files = _files(resolved.steps)
    numbers = {path: number for number, path in enumerate(files)}
    # Describe all steps before carrying out any: names and indexes are the template's.
    changes: list[list[Change]] = [
        list(describe(step, targets, numbers)) for step in resolved.steps
    ]
    for step, described in zip(resolved.steps, changes, strict=True):
        warned = carry_out(hands, step, resolved.problems)
        if isinstance(step.operation, RunScript) and step.operation.field in scripts:
            described.append(RunScriptNow(script=scripts[step.operation.field]))
        if step.fits:
            # Only warnings about fits are kept: the startup script itself reports all others.
            said += warned
        described += [text_sizes(fit, targets) for fit in step.fits if fit.text is not None]
    operations = [
        ResolvedOperation(field=step.operation.field, changes=tuple(described))
        for step, described in zip(resolved.steps, changes, strict=True)
    ]
    return operations, list(files.values())


def _files(steps: Sequence[Step]) -> dict[Path, File]:
    """Return every footage file once, by path, with the field of the first asset that uses it."""
    files: dict[Path, File] = {}
    for step in steps:
        operation = step.operation
        if isinstance(operation, ReplaceFootage) and operation.path not in files:
            files[operation.path] = File(
                path=str(operation.path.absolute()), kind=operation.kind, field=operation.field
            )
    return files


def _read_scripts(
    plan: Plan, built_in: Mapping[str, JsonValue], problems: list[Problem]
) -> dict[str, Script]:
    """Return every script of the plan by its asset's field; append problems to `problems`.

    `built_in` are parameters that are put before each script's own.
    """
    scripts: dict[str, Script] = {}
    given = tuple(ScriptParameter(key=key, value=value) for key, value in built_in.items())
    for operation in plan.operations:
        if not isinstance(operation, RunScript):
            continue
        text = _text_of(operation)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        scripts[operation.field] = Script(
            text=_DIRECTIVE.sub("//", text),
            keyword=operation.keyword,
            parameters=given + operation.parameters,
            default=operation.default,
        )
    return scripts


def _text_of(operation: RunScript) -> str | Problem:
    if operation.text is not None:
        return operation.text.removeprefix("\ufeff")
    assert operation.path is not None
    try:
        content = operation.path.read_bytes()[: 4 * SCRIPT_LIMIT + 1]
        text = content.decode("utf-8-sig")
    except OSError as error:
        return Problem(f"{operation.field}.src", f"the script cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return Problem(f"{operation.field}.src", "the script is not UTF-8 text")
    if not 0 < len(text) <= SCRIPT_LIMIT:
        return Problem(
            f"{operation.field}.src", f"a script must have 1 to {SCRIPT_LIMIT} characters"
        )
    return text
