"""Template functions (assets of `type: "function"`): checks, and the layers and places they change.

In this module, "function" means such an asset.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from intarsia.domain.assets import DataAsset, FunctionAsset
from intarsia.domain.errors import Problem
from intarsia.domain.functions import (
    CompDuration,
    GenAi,
    LayerAutoscale,
    LayerDuration,
    LayerParams,
    LayerRemove,
    LayerStart,
    LayerState,
    SolidColor,
    TextParams,
)
from intarsia.projects.facts import CompositionFacts, LayerFacts, ProjectFacts
from intarsia.projects.paths import find_property
from intarsia.projects.resolving import SOURCE_TEXT, Need, Spot, check_data, resolve_target
from intarsia.projects.selectors import Found, explain_composition, select_compositions

Findings = tuple[list[Problem], list[Problem]]
"""Two lists: problems, which prevent the render, and warnings, which do not."""


def check_function(facts: ProjectFacts, asset: FunctionAsset) -> Findings:
    """Return the problems and warnings of a template function.

    `asset` must name a single layer or composition, as the results of `FunctionAsset.expanded` do.
    Only generated media may name several layers. The problems' fields begin with `params.`, even if
    the client wrote the parameters beside `name`.
    """
    params = asset.params
    match params:
        case GenAi():
            return _check_generated(facts, params)
        case CompDuration():
            found = resolve_compositions(facts, params.composition)
            return ([_under(found)], []) if isinstance(found, Problem) else ([], [])
        case TextParams():
            return _check_text(facts, params)
        case (
            LayerAutoscale()
            | LayerDuration()
            | LayerStart()
            | LayerState()
            | SolidColor()
            | LayerRemove()
        ):
            return _check_layers(facts, params)
        case _:
            assert_never(params)


def resolve_compositions(
    facts: ProjectFacts, selector: str
) -> tuple[CompositionFacts, ...] | Problem:
    """Return the compositions that `selector` matches (see selectors.py).

    Returns a Problem with the field `composition` if there are none.
    """
    comps = select_compositions(facts, selector)
    return comps or Problem("composition", explain_composition(facts, selector))


def frames_with(
    facts: ProjectFacts, composition: CompositionFacts, assets: Sequence[object]
) -> int:
    """Return the number of frames of `composition` after the injection of a job's `assets`.

    Only `nx:comp-duration-set` changes it; the last such asset for the composition counts.
    """
    frames = composition.frames
    for asset in assets:
        params = asset.params if isinstance(asset, FunctionAsset) else None
        if not isinstance(params, CompDuration):
            continue
        if composition in select_compositions(facts, params.composition):
            # py-aep and After Effects round to the nearest frame, half a frame up, at least one.
            frames = max(1, math.floor(params.value * composition.frame_rate + 0.5))
    return frames


def resolve_layers(facts: ProjectFacts, params: LayerParams) -> Found:
    """Return the layers named in `params` that the template function can change.

    `params` must have a single layer name. If at least one layer of that name can be changed, the
    others are reported as warnings. Otherwise they are reported as problems.
    """
    assert isinstance(params.layer_name, str)
    found = resolve_target(
        facts, params.composition, layer_name=params.layer_name, need=_need(params)
    )
    reasons = {layer: _refusal(facts, layer, params) for layer in found.layers}
    able = tuple(layer for layer in found.layers if reasons[layer] is None)
    unable = tuple(reason for reason in reasons.values() if reason is not None)
    if able:
        return replace(found, layers=able, warnings=found.warnings + unable)
    return replace(found, layers=(), problems=found.problems + unable[:5])


@dataclass(frozen=True)
class Sizing:
    """The properties to write in order to set a layer's size and position."""

    scale: Spot
    position: tuple[Spot, ...]
    """The Position property, or X and Y Position if the dimensions are separated."""


def sizing(facts: ProjectFacts, layer: LayerFacts) -> Sizing | Problem:
    """Return the properties to write in order to set a layer's size and position.

    Returns a Problem if the layer has a parent, or if the properties cannot be read, have
    keyframes or have an expression.
    """
    if layer.parent_id is not None:
        return _cannot(
            layer, "has a parent layer, so its size and position in the composition cannot be set"
        )
    scale, position = _spot(facts, layer, "ADBE Scale"), _spot(facts, layer, "ADBE Position")
    places: tuple[Spot | None, ...] = (position,)
    if position is not None and position.place.node and position.place.node.separated:
        places = tuple(_spot(facts, layer, f"ADBE Position_{axis}") for axis in (0, 1))
    spots = [spot for spot in (scale, *places) if spot is not None]
    if scale is None or len(spots) != 1 + len(places):
        return _cannot(layer, "has no readable scale and position")
    for spot in spots:
        reason = _decided(spot)
        if reason is not None:
            return _cannot(layer, reason)
    return Sizing(scale, tuple(spots[1:]))


def source_text(facts: ProjectFacts, layer: LayerFacts) -> Spot | Problem:
    """Return the Source Text property of a text layer, for setting its font size.

    Returns a Problem if the text has keyframes or cannot be read.
    """
    spot = _spot(facts, layer, SOURCE_TEXT)
    if spot is None:
        return _cannot(layer, "has no readable text")
    node = spot.place.node
    if node is not None and node.keyframed:
        return _cannot(layer, "has keyframes on its text, so it has no single font size to set")
    return spot


def _need(params: LayerParams) -> Need:
    if isinstance(params, SolidColor):
        return "solid"
    return "size" if isinstance(params, LayerAutoscale) else "any"


def _refusal(facts: ProjectFacts, layer: LayerFacts, params: LayerParams) -> Problem | None:
    if isinstance(params, LayerAutoscale):
        found = (source_text if layer.kind == "text" else sizing)(facts, layer)
        return found if isinstance(found, Problem) else None
    if isinstance(params, LayerDuration) and layer.in_s > layer.out_s:
        return _cannot(layer, "plays backwards; set its inPoint and outPoint")
    return None


def _decided(spot: Spot) -> str | None:
    node = spot.place.node
    assert node is not None
    name = node.name
    if node.keyframed:
        return f"has keyframes on {name}, so it has no single value to set"
    if node.has_expression:
        return f"has an expression on {name}, which would override the value"
    return None


def _spot(facts: ProjectFacts, layer: LayerFacts, match_name: str) -> Spot | None:
    place = find_property(facts, layer, match_name)
    return None if isinstance(place, Problem) or place.node is None else Spot(layer, place)


def _cannot(layer: LayerFacts, reason: str) -> Problem:
    return Problem("layerName", f'layer "{layer.name}" {reason}')


def _check_layers(facts: ProjectFacts, params: LayerParams) -> Findings:
    found = resolve_layers(facts, params)
    warnings = list(found.warnings)
    if isinstance(params, LayerStart):
        lengths = {comp.aeid: comp.duration_s for comp in facts.compositions}
        warnings += [
            Problem(
                "value",
                f'layer "{layer.name}" will not be visible: its composition ends at'
                f" {lengths[layer.composition_id]:g} s",
            )
            for layer in found.layers
            if params.value >= lengths[layer.composition_id]
        ]
    return [_under(item) for item in found.problems], [_under(item) for item in warnings]


def _check_generated(facts: ProjectFacts, params: GenAi) -> Findings:
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name in params.layer_names:
        found = resolve_target(facts, params.composition, layer_name=name, need="footage")
        problems += [_under(item) for item in found.problems]
        warnings += [_under(item) for item in found.warnings]
    return list(dict.fromkeys(problems)), list(dict.fromkeys(warnings))


def _check_text(facts: ProjectFacts, params: TextParams) -> Findings:
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name, asset in text_settings(params):
        wrong, doubtful = check_data(facts, asset)
        problems += [_under(_renamed(item, name)) for item in wrong]
        warnings += [_under(_renamed(item, name)) for item in doubtful]
    return list(dict.fromkeys(problems)), list(dict.fromkeys(warnings))


def text_settings(params: TextParams) -> list[tuple[str, DataAsset]]:
    """Return a pair for each attribute that `params` sets: its name in the API, and a data asset.

    The data asset sets the same attribute. `params` must have a single layer name.
    """
    assert isinstance(params.layer_name, str)
    return [
        (
            name,
            DataAsset(
                type="data",
                layer_name=params.layer_name,
                composition=params.composition,
                property=SOURCE_TEXT if name == "textValue" else f"{SOURCE_TEXT}.{name}",
                value=value,
            ),
        )
        for name, value in params.attributes.items()
    ]


def _renamed(problem: Problem, name: str) -> Problem:
    return Problem(name, problem.message) if problem.field in {"property", "value"} else problem


def _under(problem: Problem) -> Problem:
    return Problem(f"params.{problem.field}", problem.message)
