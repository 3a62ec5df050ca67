"""Essential assets: selection of the Essential Graphics fields, and check of the asset's value.

An asset selects a field by its name, or by a path: the names of its groups and its own, joined by
`.` or `->`.
"""

from dataclasses import dataclass

from intarsia.domain.assets import EssentialAsset, Value
from intarsia.domain.colors import from_hex
from intarsia.domain.errors import Problem
from intarsia.projects.facts import EssentialFacts, LayerFacts, ProjectFacts
from intarsia.projects.paths import Place
from intarsia.projects.resolving import Spot, expression_wins, fit_at
from intarsia.projects.selectors import explain_composition, select_compositions
from intarsia.projects.suggest import did_you_mean
from intarsia.projects.values import Fitting


@dataclass(frozen=True)
class Setting:
    """The property that an Essential Graphics field controls, and the value to write to it."""

    spot: Spot
    value: Fitting


@dataclass(frozen=True)
class Settings:
    """The properties to write in order to set an Essential Graphics field, with their values.

    If a field cannot be set, `problems` has the reason.
    """

    settings: tuple[Setting, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check_essential(
    facts: ProjectFacts, asset: EssentialAsset
) -> tuple[list[Problem], list[Problem]]:
    """Return the problems, which prevent the render, and the warnings of an essential asset.

    Their fields are relative to the asset, such as `layerName`.
    """
    found = resolve_essential(facts, asset.composition, asset.layer_name, asset.value)
    return list(found.problems), list(found.warnings)


def resolve_essential(
    facts: ProjectFacts, composition: str | None, name: str, value: Value
) -> Settings:
    """Return the properties to write so that the Essential Graphics field `name` has `value`.

    `name` may be a path. `composition` selects the compositions that have the panel (see
    selectors.py); None selects all. Compositions without the field are skipped. If none of them
    has it, the result has a Problem that says so.
    """
    fields = _meant(facts, composition, name)
    if isinstance(fields, Problem):
        return Settings(problems=(fields,))
    settings: list[Setting] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for field in fields:
        setting = _setting(facts, field, value)
        if isinstance(setting, Problem):
            problems.append(setting)
            continue
        settings.append(setting)
        warnings += _warnings(field, setting)
    return Settings(tuple(settings), tuple(dict.fromkeys(problems)), tuple(warnings))


def _meant(
    facts: ProjectFacts, composition: str | None, name: str
) -> tuple[EssentialFacts, ...] | Problem:
    if not facts.essentials:
        return Problem(
            "type",
            "this template has no Essential Graphics; set its layers with text, data or image"
            " assets",
        )
    comps = {comp.aeid: comp.name for comp in select_compositions(facts, composition)}
    if composition is not None and not comps:
        return Problem("composition", explain_composition(facts, composition))
    known = [field for field in facts.essentials if field.composition_id in comps]
    if not known:
        return Problem("composition", f'composition "{composition}" has no Essential Graphics')
    named = _named(known, name)
    if not named:
        message = f'field "{name}" does not exist in the Essential Graphics of this template'
        names = {field.path for field in known} | {field.name for field in known}
        listed = names if "." in name or "->" in name else {field.name for field in known}
        return Problem("layerName", message + did_you_mean(name, listed, of_few="it has"))
    for field in named:
        twins = [other.path for other in named if other.composition_id == field.composition_id]
        if len(twins) > 1:
            listed_twins = ", ".join(f'"{path}"' for path in dict.fromkeys(twins))
            return Problem(
                "layerName",
                f'composition "{comps[field.composition_id]}" has several fields called "{name}":'
                f" {listed_twins}; write the full path of one, or rename them in the template",
            )
    return tuple(named)


def _named(known: list[EssentialFacts], name: str) -> list[EssentialFacts]:
    """Return the fields whose name is `name`; if there are none, those whose path ends with it."""
    whole = [field for field in known if field.name == name]
    if whole:
        return whole
    steps = tuple(part.strip() for part in name.split("->" if "->" in name else "."))
    return [field for field in known if (*field.groups, field.name)[-len(steps) :] == steps]


def _setting(facts: ProjectFacts, field: EssentialFacts, value: Value) -> Setting | Problem:
    layer = next(
        (
            layer
            for layer in facts.layers
            if (layer.composition_id, layer.aeid) == (field.source_composition_id, field.layer_id)
        ),
        None,
    )
    if field.kind in {"group", "comment", "media"} or layer is None:
        return Problem("layerName", _unsettable(facts, field, layer))
    place = _place(facts, field, layer)
    if place is None:
        return Problem(
            "layerName", f'field "{field.name}": the property that it controls was not found'
        )
    wanted = _in_terms_of(field, value)
    if isinstance(wanted, Problem):
        return wanted
    fitting = fit_at(Spot(layer, place), wanted)
    if isinstance(fitting, Problem):
        at = "value" if fitting.field == "value" else "layerName"
        return Problem(at, f'field "{field.name}": {fitting.message}')
    return Setting(Spot(layer, place), fitting)


def _unsettable(facts: ProjectFacts, field: EssentialFacts, layer: LayerFacts | None) -> str:
    if field.kind == "group":
        inner = [other.path for other in facts.essentials if field.name in other.groups]
        return f'"{field.name}" is a group; set one of its fields: ' + ", ".join(
            f'"{path}"' for path in inner
        )
    if field.kind == "media" and layer is not None:
        return (
            f'field "{field.name}" takes media; use an image or video asset with the layerName'
            f' "{layer.name}" instead'
        )
    if field.kind == "comment":
        return f'"{field.name}" is a comment, which has no value'
    return f'field "{field.name}" controls nothing in this template'


def _place(facts: ProjectFacts, field: EssentialFacts, layer: LayerFacts) -> Place | None:
    names: list[str] = []
    ids, node = layer.properties, None
    for position in field.positions:
        if position >= len(ids):
            return None
        node = facts.nodes[ids[position]]
        names.append(node.name)
        ids = node.children
    if node is None or node.kind == "group":
        return None
    return Place(" -> ".join(names), field.positions, node)


def _in_terms_of(field: EssentialFacts, value: Value) -> Value | Problem:
    """Convert an asset's value to the form that the controlled property takes.

    A colour may be `#rrggbb`. A dropdown takes a text of its menu, or the text's number from 1.
    Returns a Problem with the field `value` if a dropdown is given anything else.
    """
    if field.kind == "color" and isinstance(value, str):
        color = from_hex(value)
        if color is not None:
            return [float(part) for part in color]
    if field.kind != "dropdown":
        return value
    count = len(field.choices)
    if isinstance(value, str) and value in field.choices:
        return field.choices.index(value) + 1
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and value in range(1, count + 1):
        return value
    listed = ", ".join(f'"{choice}"' for choice in field.choices)
    return Problem(
        "value", f'field "{field.name}" takes a number from 1 to {count}, or one of {listed}'
    )


def _warnings(field: EssentialFacts, setting: Setting) -> list[Problem]:
    found: list[Problem] = []
    low, high, value = field.minimum, field.maximum, setting.value
    if low is not None and high is not None and _is_outside(value, low, high):
        message = f'field "{field.name}" has the range {low:g} to {high:g}; {value} is outside it'
        found.append(Problem("value", message))
    decided = expression_wins(setting.spot)
    if decided is not None:
        found.append(Problem("layerName", decided.message))
    return found


def _is_outside(value: Fitting, low: float, high: float) -> bool:
    return isinstance(value, float) and not low <= value <= high
