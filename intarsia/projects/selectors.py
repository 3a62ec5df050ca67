"""Selectors: the layers that an asset refers to, by the same rules at submission and injection.

- Composition: none or `*` matches every composition of the project. A name matches every
  composition of that name. `A->B->C` matches each C that is a layer of a B that is a layer of an A.
- Layer name: matches every layer of exactly that name. If there are none, it matches the layers
  whose source has that name.
- Layer index: matches the layer at that index, counted from 1 at the top, in each composition that
  has as many layers.
"""

from collections import defaultdict
from dataclasses import dataclass

from intarsia.domain.errors import Problem
from intarsia.projects.facts import CompositionFacts, LayerFacts, ProjectFacts
from intarsia.projects.suggest import did_you_mean


@dataclass(frozen=True)
class Found:
    """The layers that an asset's selectors match; if there are none, `problems` has the reasons.

    The fields of problems and warnings are relative to the asset, such as `layerName`.
    """

    layers: tuple[LayerFacts, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def select_compositions(facts: ProjectFacts, selector: str | None) -> tuple[CompositionFacts, ...]:
    """Return the compositions that `selector` matches; empty if there are none.

    The module's docstring has the rules. None and `*` match every composition.
    """
    if selector is None or selector == "*":
        return facts.compositions
    whole = tuple(comp for comp in facts.compositions if comp.name == selector)
    if whole or "->" not in selector:
        return whole
    used_in = _uses(facts)
    first, *rest = (step.strip() for step in selector.split("->"))
    reached = {comp.aeid for comp in facts.compositions if comp.name == first}
    for step in rest:
        reached = {
            comp.aeid
            for comp in facts.compositions
            if comp.name == step and used_in[comp.aeid] & reached
        }
    return tuple(comp for comp in facts.compositions if comp.aeid in reached)


def explain_composition(facts: ProjectFacts, selector: str) -> str:
    """Return the reason why `selector` matches no composition, as text for a message.

    Suggests the most similar composition name if there is one.
    """
    names = [comp.name for comp in facts.compositions]
    steps = [step.strip() for step in selector.split("->")]
    for step in steps:
        if step not in names:
            return f'composition "{step}" does not exist in this template' + did_you_mean(
                step, names, of_few="it has"
            )
    for count in range(2, len(steps) + 1):
        if not select_compositions(facts, "->".join(steps[:count])):
            return f'composition "{steps[count - 1]}" is not used in "' + (
                '" in "'.join(reversed(steps[: count - 1])) + '"'
            )
    return f'composition "{selector}" does not exist in this template'


def find_layers(
    facts: ProjectFacts,
    composition: str | None,
    *,
    layer_name: str | None = None,
    layer_index: int | None = None,
) -> Found:
    """Return the layers that match a composition selector, and a layer name or a layer index.

    Give either `layer_name` or `layer_index`, which counts from 1. A `composition` of None matches
    every composition. If no layer matches, the result has a problem. If some of the compositions
    have no layer of that index, it has a warning.
    """
    comps = select_compositions(facts, composition)
    if not comps:
        message = (
            explain_composition(facts, composition)
            if composition not in {None, "*"}
            else "this template has no composition"
        )
        return Found(problems=(Problem("composition", message),))
    ids = {comp.aeid for comp in comps}
    candidates = [layer for layer in facts.layers if layer.composition_id in ids]
    if layer_name is not None:
        return _by_name(candidates, layer_name, _place(composition))
    if layer_index is not None:
        return _by_index(comps, candidates, layer_index, _place(composition))
    return Found(problems=(Problem("layerName", "give either layerName or layerIndex"),))


def _by_name(candidates: list[LayerFacts], name: str, place: str) -> Found:
    found = [layer for layer in candidates if layer.name == name]
    found = found or [layer for layer in candidates if layer.source_name == name]
    if found:
        return Found(layers=tuple(found))
    message = f'layer "{name}" does not exist {place}' + did_you_mean(
        name, (layer.name for layer in candidates), of_few="its layers are"
    )
    return Found(problems=(Problem("layerName", message),))


def _by_index(
    comps: tuple[CompositionFacts, ...], candidates: list[LayerFacts], index: int, place: str
) -> Found:
    found = tuple(layer for layer in candidates if layer.index == index)
    if not found:
        most = max((layer.index for layer in candidates), default=0)
        message = f"layer {index} does not exist {place}; the highest index is {most}"
        return Found(problems=(Problem("layerIndex", message),))
    having = {layer.composition_id for layer in found}
    without = [comp.name for comp in comps if comp.aeid not in having]
    if not without:
        return Found(layers=found)
    names = ", ".join(f'"{name}"' for name in without[:5]) + (", ..." if without[5:] else "")
    warning = Problem("layerIndex", f"layer {index} does not exist in {names}; they stay unchanged")
    return Found(layers=found, warnings=(warning,))


def _place(composition: str | None) -> str:
    if composition is None or composition == "*":
        return "in any composition of this template"
    return f'in composition "{composition}"'


def _uses(facts: ProjectFacts) -> defaultdict[int, set[int]]:
    """Return, by the id of each composition, the ids of the compositions that it is a layer of."""
    used_in: defaultdict[int, set[int]] = defaultdict(set)
    for layer in facts.layers:
        if layer.source_comp_id is not None:
            used_in[layer.source_comp_id].add(layer.composition_id)
    return used_in
