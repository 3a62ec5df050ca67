"""Resolution of an asset's selectors and property paths, and checks of its value or expression.

Submission and injection both use this module. An asset accepted at submission therefore finds the
same layers at injection. The fields of the problems are relative to one asset, such as `layerName`.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from intarsia.domain.assets import DataAsset, Value
from intarsia.domain.errors import Problem
from intarsia.projects.facts import LayerFacts, ProjectFacts
from intarsia.projects.paths import Place, find_property, folded
from intarsia.projects.selectors import Found, find_layers
from intarsia.projects.values import Fitting, check_string, fit_value

Need = Literal["any", "text", "footage", "solid", "size"]
"""Capability that an asset requires of a layer.

`text` means a text layer, `footage` a source that can be replaced, `solid` a solid as its source,
and `size` a size of its own.
"""

SOURCE_TEXT = "ADBE Text Document"


@dataclass(frozen=True)
class Spot:
    """A layer, and a property or attribute of it."""

    layer: LayerFacts
    place: Place


@dataclass(frozen=True)
class Spots:
    """The places that a property path leads to in all selected layers.

    If there are none, `problems` has the reasons.
    """

    spots: tuple[Spot, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def resolve_target(
    facts: ProjectFacts,
    composition: str | None,
    *,
    layer_name: str | None = None,
    layer_index: int | None = None,
    need: Need = "any",
) -> Found:
    """Return the selected layers that have the capability `need`.

    `composition` is a selector (see selectors.py); None selects every composition. Give either the
    name or the index of the layer, which counts from 1.

    If at least one selected layer has the capability, the others are reported as warnings. If none
    has it, the reasons are problems, five at most.
    """
    found = find_layers(facts, composition, layer_name=layer_name, layer_index=layer_index)
    field = "layerName" if layer_name is not None else "layerIndex"
    reasons = {layer: _unfit(layer, need) for layer in found.layers}
    fit = tuple(layer for layer in found.layers if reasons[layer] is None)
    unfit = tuple(
        Problem(field, f'layer "{layer.name}"{_of(facts, layer)} {reason}')
        for layer, reason in reasons.items()
        if reason is not None
    )
    if fit:
        return replace(found, layers=fit, warnings=found.warnings + unfit)
    return replace(found, layers=(), problems=found.problems + unfit[:5])


def resolve_property(
    facts: ProjectFacts,
    composition: str | None,
    path: str,
    *,
    layer_name: str | None = None,
    layer_index: int | None = None,
) -> Spots:
    """Return every place that the property path `path` leads to in the selected layers.

    `composition` is a selector (see selectors.py); None selects every composition. Give either the
    name or the index of the layer, which counts from 1.

    If at least one selected layer has the property, those without it are reported as warnings.
    Otherwise they are reported as problems.
    """
    first = re.split(r"->|\.", path)[0]
    need: Need = "text" if folded(first) in {"sourcetext", folded(SOURCE_TEXT)} else "any"
    found = resolve_target(
        facts, composition, layer_name=layer_name, layer_index=layer_index, need=need
    )
    spots: list[Spot] = []
    missing: list[Problem] = []
    for layer in found.layers:
        place = find_property(facts, layer, path)
        if isinstance(place, Problem):
            missing.append(place)
        else:
            spots.append(Spot(layer, place))
    if spots:
        return Spots(tuple(spots), found.problems, found.warnings + tuple(missing))
    return Spots((), found.problems + tuple(dict.fromkeys(missing)), found.warnings)


def fit_at(spot: Spot, value: Value) -> Fitting | Problem:
    """Return `value` in the form that the property or attribute at `spot` takes.

    Returns a Problem with the field `property` if no value can be set there, or with the field
    `value` if this value does not fit.
    """
    node, layer = spot.place.node, spot.layer
    shown = f'{spot.place.name} of layer "{layer.name}"'
    if spot.place.attribute is not None and spot.place.attribute.av_only and _is_unseen(layer):
        return Problem("property", f"{shown} does not exist: the layer is a {layer.kind}")
    if node is not None and node.hidden:
        return Problem("property", f"{shown} is hidden in this layer and cannot be set")
    if node is not None and node.separated:
        return Problem(
            "property",
            f"{shown} has separated dimensions; set X Position, Y Position and Z Position",
        )
    if node is not None and node.keyframed:
        return Problem(
            "property",
            f"{shown} has keyframes, so it has no single value to set;"
            " set an expression, or remove the keyframes in the template",
        )
    return fit_value(spot.place, value)


def check_expression(spot: Spot, expression: str) -> Problem | None:
    """Return a Problem if `expression` cannot be set at `spot`, otherwise None."""
    node = spot.place.node
    if node is None or spot.place.attribute is not None or not node.takes_expression:
        return Problem(
            "expression",
            f'{spot.place.name} of layer "{spot.layer.name}" cannot have an expression',
        )
    if node.hidden:
        return Problem(
            "expression",
            f'{spot.place.name} of layer "{spot.layer.name}" is hidden in this layer and cannot'
            " have an expression",
        )
    return check_string(expression, "expression")


def expression_wins(spot: Spot) -> Problem | None:
    """Return a warning if an expression in the template overrides a value set at `spot`.

    Otherwise, returns None.
    """
    node = spot.place.node
    if node is None or not node.has_expression:
        return None
    return Problem(
        "property",
        f'{spot.place.name} of layer "{spot.layer.name}" has an expression in the template,'
        " which overrides the value",
    )


def check_data(facts: ProjectFacts, asset: DataAsset) -> tuple[list[Problem], list[Problem]]:
    """Return the problems, which prevent the render, and the warnings of a data asset."""
    found = resolve_property(
        facts,
        asset.composition,
        asset.property,
        layer_name=asset.layer_name,
        layer_index=asset.layer_index,
    )
    problems, warnings = list(found.problems), list(found.warnings)
    for spot in found.spots:
        if asset.value is not None:
            fitting = fit_at(spot, asset.value)
            if isinstance(fitting, Problem):
                problems.append(fitting)
        if asset.expression is not None:
            wrong = check_expression(spot, asset.expression)
            if wrong is not None:
                problems.append(wrong)
        elif (warning := expression_wins(spot)) is not None:
            warnings.append(warning)
    return list(dict.fromkeys(problems)), warnings


def _of(facts: ProjectFacts, layer: LayerFacts) -> str:
    name = next(comp.name for comp in facts.compositions if comp.aeid == layer.composition_id)
    return f' of composition "{name}"'


def _is_unseen(layer: LayerFacts) -> bool:
    return layer.kind in {"camera", "light"}


def _unfit(layer: LayerFacts, need: Need) -> str | None:
    """Return the reason why the layer lacks the capability `need`; None if it has it."""
    if need == "text" and layer.kind != "text":
        return f"is not a text layer but {_called(layer)}"
    if need == "footage":
        if layer.kind == "null":
            return "is a null layer, which shows nothing; choose a layer with footage"
        if layer.source_type is None or layer.kind in {"camera", "light", "model"}:
            return f"is {_called(layer)}, which has no footage to replace"
    if need == "solid" and not (layer.kind == "av" and layer.source_type == "solid"):
        return f"is not a solid but {_called(layer)}"
    return _unsized(layer) if need == "size" else None


def _unsized(layer: LayerFacts) -> str | None:
    """Return the reason why the layer has no size of its own; None if it has one."""
    if layer.kind == "text":
        return None
    if layer.kind == "null" or layer.source_type is None:
        return f"is {_called(layer)}, which has no size of its own"
    return None if layer.width and layer.height else "has only sound, so it has no size"


def _called(layer: LayerFacts) -> str:
    if layer.kind == "av":
        names = {"file": "footage", "comp": "a precomposition", "solid": "a solid"}
        return names.get(layer.source_type or "", "a placeholder")
    article = "an" if layer.kind[0] in "aeiou" else "a"
    return f"{article} {layer.kind} layer"
