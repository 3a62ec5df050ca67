"""Checks of a job's composition and assets against the facts of its After Effects template."""

from collections.abc import Sequence

from intarsia.domain.assets import (
    DataAsset,
    EssentialAsset,
    FunctionAsset,
    LayerAsset,
    PlainAsset,
    ScriptAsset,
    StaticAsset,
    TextAsset,
)
from intarsia.domain.errors import Problem
from intarsia.domain.nested import NestedAsset, SlotAsset
from intarsia.projects.essential_fields import check_essential
from intarsia.projects.facts import ProjectFacts
from intarsia.projects.functions import check_function
from intarsia.projects.resolving import SOURCE_TEXT, check_data, resolve_target
from intarsia.projects.suggest import did_you_mean

AnyAsset = PlainAsset | NestedAsset | SlotAsset
Findings = tuple[list[Problem], list[Problem]]
"""Two lists: problems, which prevent the render, and warnings, which do not."""

_SCRIPT_IN_VAIN = Problem(
    "type",
    'a script needs After Effects; previews, the engine "open" and packages'
    ' (settings.type "aep") run without it',
)


def check_composition(facts: ProjectFacts, name: str) -> Problem | None:
    """Return a Problem unless the template has a composition of exactly this `name`.

    Returns None if it has one. The Problem's field is `template.composition`.
    """
    names = [comp.name for comp in facts.compositions]
    if name in names:
        return None
    if not names:
        return Problem("template.composition", "this template has no composition")
    message = f'composition "{name}" does not exist in this template'
    return Problem("template.composition", message + did_you_mean(name, names, of_few="it has"))


def check_assets(
    facts: ProjectFacts, assets: Sequence[AnyAsset], *, has_after_effects: bool = True
) -> Findings:
    """Return the problems and warnings of a job's own assets.

    Their fields are paths such as `assets[2].layerName`. The assets inside a nested job belong to
    another template and are not checked. `has_after_effects` is False if the job renders without
    After Effects. Each script asset is a problem then.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for number, asset in enumerate(assets):
        wrong, doubtful = _check_asset(facts, asset)
        if isinstance(asset, ScriptAsset) and not has_after_effects:
            wrong = [_SCRIPT_IN_VAIN]
        problems += [_under(f"assets[{number}]", item) for item in wrong]
        warnings += [_under(f"assets[{number}]", item) for item in doubtful]
    return problems, warnings


def _check_asset(facts: ProjectFacts, asset: AnyAsset) -> Findings:
    if isinstance(asset, TextAsset):
        data = DataAsset(
            type="data",
            layer_name=asset.layer_name,
            layer_index=asset.layer_index,
            composition=asset.composition,
            property=SOURCE_TEXT,
            value=asset.value,
        )
        return check_data(facts, data)
    if isinstance(asset, DataAsset):
        return check_data(facts, asset)
    if isinstance(asset, EssentialAsset):
        return check_essential(facts, asset)
    if isinstance(asset, FunctionAsset):
        return _check_calls(facts, asset)
    if isinstance(asset, (StaticAsset, ScriptAsset)):
        return [], []
    found = resolve_target(
        facts,
        asset.composition,
        layer_name=asset.layer_name,
        layer_index=asset.layer_index if isinstance(asset, LayerAsset) else None,
        need="footage",
    )
    return list(found.problems), list(found.warnings)


def _check_calls(facts: ProjectFacts, asset: FunctionAsset) -> Findings:
    """Return the problems and warnings of a template function, for all layers that it names."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for call in asset.expanded():
        wrong, doubtful = check_function(facts, call)
        problems += wrong
        warnings += doubtful
    return list(dict.fromkeys(problems)), list(dict.fromkeys(warnings))


def _under(prefix: str, problem: Problem) -> Problem:
    return Problem(f"{prefix}.{problem.field}", problem.message)
