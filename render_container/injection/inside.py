"""Having After Effects carry out a plan: what it is told beforehand, written to a file."""

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

# What only the engine that runs a whole file understands; a comment keeps the lines' numbers.
_DIRECTIVE = re.compile(r"^(?=[ \t]*#(?:target|targetengine|engine|script|strict)\b)", re.MULTILINE)


@dataclass(frozen=True)
class InsidePlan:
    """A plan that After Effects can carry out while it renders `project`."""

    project: Path
    """The template itself; nothing has been changed in it."""
    plan: Path
    result: Path
    """Where the startup script will say what it did; there is nothing yet."""
    token: str
    operations: int
    scripts: frozenset[str]
    """The fields of script assets, such as `assets[2]`."""
    composition: str | None
    frames: int | None
    """How many the composition will have, unless a script changes that; None without one."""
    warnings: list[str] = field(default_factory=list)
    """What is already known; the result has more."""

    @property
    def environment(self) -> dict[str, str]:
        """What After Effects must have in its environment."""
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
    """Write what After Effects is to do to `project`, into `folder`.

    All is found, and every value fitted, in the project as it is; the sizes of texts to be fitted
    are computed by carrying out the plan here too, as far as that goes without After Effects.
    `composition` is what will be drawn: its measures come back. `whole`: from end to end, however
    long it is by then. `fonts` as for `apply_plan`. `built_in` are parameters that every script can
    read, before its own. Raises InjectionError with every problem found, and ProjectError.
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
    """Each step in After Effects' terms. It is also done here, for what later ones depend on."""
    targets = Targets(hands.project)
    files = _files(resolved.steps)
    numbers = {path: number for number, path in enumerate(files)}
    # All are described before any is done: names and indexes are those of the template.
    changes: list[list[Change]] = [
        list(describe(step, targets, numbers)) for step in resolved.steps
    ]
    for step, described in zip(resolved.steps, changes, strict=True):
        warned = carry_out(hands, step, resolved.problems)
        if isinstance(step.operation, RunScript) and step.operation.field in scripts:
            described.append(RunScriptNow(script=scripts[step.operation.field]))
        if step.fits:
            # After Effects itself does not tell; of all else it does.
            said += warned
        described += [text_sizes(fit, targets) for fit in step.fits if fit.text is not None]
    operations = [
        ResolvedOperation(field=step.operation.field, changes=tuple(described))
        for step, described in zip(resolved.steps, changes, strict=True)
    ]
    return operations, list(files.values())


def _files(steps: Sequence[Step]) -> dict[Path, File]:
    """Every file once, with the first asset that it is for."""
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
    """Every script of the plan, by its asset's field."""
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
        return Problem(f"{operation.field}.src", f"a script has 1 to {SCRIPT_LIMIT} characters")
    return text
