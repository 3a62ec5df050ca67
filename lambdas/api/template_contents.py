"""Conversion of a project's facts to the contract's TemplateComposition and TemplateLayer."""

from intarsia.domain.template_views import CompositionView, LayerType, LayerView
from intarsia.projects.facts import CompositionFacts, LayerFacts, LayerKind

# The contract has fewer kinds of layers than After Effects: the others become AV layers.
LAYER_TYPES: dict[LayerKind, LayerType] = {
    "text": "text",
    "shape": "shape",
    "av": "av",
    "null": "null",
    "adjustment": "av",
    "camera": "camera",
    "light": "light",
    "model": "av",
    "mesh": "av",
}


def composition_view(comp: CompositionFacts) -> CompositionView:
    """Return a composition as the contract's TemplateComposition."""
    return CompositionView(
        aeid=str(comp.aeid),
        name=comp.name,
        width=comp.width,
        height=comp.height,
        duration=comp.duration_s,
        frame_rate=comp.frame_rate,
        data={},
    )


def layer_view(layer: LayerFacts) -> LayerView:
    """Return a layer as the contract's TemplateLayer, under the name that assets refer to."""
    return LayerView(
        composition_id=layer.composition_id,
        aeid=layer.aeid,
        name=layer.name,
        top=layer.top,
        left=layer.left,
        width=layer.width,
        height=layer.height,
        start_time=layer.start_s,
        in_point=layer.in_s,
        out_point=layer.out_s,
        layer_type=LAYER_TYPES[layer.kind],
        source_type=None if layer.source_type == "placeholder" else layer.source_type,
        source_comp_id=layer.source_comp_id,
        parent_id=layer.parent_id,
        data={},
    )
