"""What introspection found, in the contract's TemplateComposition and TemplateLayer."""

from typing import Any

from intarsia.projects.facts import CompositionFacts, LayerFacts


def composition_view(comp: CompositionFacts) -> dict[str, Any]:
    """A composition; strict clients want `aeid` as a string here and as a number on layers."""
    return {
        "aeid": str(comp.aeid),
        "name": comp.name,
        "width": comp.width,
        "height": comp.height,
        "duration": comp.duration_s,
        "frame_rate": comp.frame_rate,
        "data": {},
    }


def layer_view(layer: LayerFacts) -> dict[str, Any]:
    """A layer, under the name by which a job's assets find it."""
    return {
        "composition_id": layer.composition_id,
        "aeid": layer.aeid,
        "name": layer.name,
        "top": layer.top,
        "left": layer.left,
        "width": layer.width,
        "height": layer.height,
        "start_time": layer.start_s,
        "in_point": layer.in_s,
        "out_point": layer.out_s,
        "layer_type": layer.kind,
        "source_type": None if layer.source_type == "placeholder" else layer.source_type,
        "source_comp_id": layer.source_comp_id,
        "parent_id": layer.parent_id,
        "data": {},
    }
