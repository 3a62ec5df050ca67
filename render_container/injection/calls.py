"""Off-line application of template functions (assets `nx:...`) to layers and compositions."""

from collections.abc import Iterator
from typing import Any

from py_aep import TrackMatteType

from intarsia.domain.functions import (
    CompDuration,
    FunctionParams,
    LayerAutoscale,
    LayerDuration,
    LayerRemove,
    LayerStart,
    LayerState,
)
from render_container.injection.fitting import fit_layer
from render_container.injection.fonts import Fonts
from render_container.injection.operations import Call
from render_container.injection.resolve import Step
from render_container.injection.textfit import fit_text

TOLERANCE = 1e-3  # seconds; stored times are rounded to ticks of up to 1/24576 s


def call(step: Step, operation: Call, fonts: Fonts) -> Iterator[str]:
    """Apply the template function of `operation` to the objects in `step`, and yield warnings.

    Acts only while it is iterated. `fonts` are used to measure text. Colours of solids are not set
    here, but by `carry_out` in hands.py.
    """
    params = operation.function.params
    if isinstance(params, CompDuration):
        for composition in step.compositions:
            yield from _set_composition_duration(composition, float(params.value))
        return
    for layer in step.layers:
        yield from _change(layer, params)
    for fit in step.fits:
        if isinstance(params, LayerAutoscale):
            yield from fit_text(fit, params, fonts) if fit.text else fit_layer(fit, params)


def _change(layer: Any, params: FunctionParams) -> Iterator[str]:
    match params:
        case LayerState():
            layer.enabled = params.shown
        case LayerStart():
            begins = min(layer.in_point, layer.out_point)
            # In and out points, keyframes and markers are relative to the start time, so they move
            # with it.
            layer.start_time += float(params.value) - begins
        case LayerDuration():
            yield from _end(layer, layer.in_point + float(params.value))
        case LayerRemove():
            _remove(layer)


def _set_composition_duration(composition: Any, seconds: float) -> Iterator[str]:
    """Set a composition's duration in seconds, and yield warnings.

    Layers that ended with the composition are made to end with it again; others stay unchanged.
    """
    half_frame = 0.5 / composition.frame_rate
    before = composition.duration
    composition.duration = seconds
    for layer in composition.layers:
        forwards = layer.in_point < layer.out_point
        if forwards and abs(layer.out_point - before) <= half_frame:
            yield from _end(layer, max(composition.duration, layer.in_point + 2 * half_frame))


def _end(layer: Any, seconds: float) -> Iterator[str]:
    layer.out_point = seconds
    # Like After Effects, py-aep limits the out point to the end of the source.
    if layer.out_point < seconds - TOLERANCE:
        yield (
            f'layer "{layer.name}" ends at {layer.out_point:.2f} s, where its source ends,'
            f" instead of at {seconds:.2f} s"
        )


def _remove(layer: Any) -> None:
    # A layer without its track matte shows nothing; up to After Effects 22 the next layer above
    # would become the track matte.
    for other in layer.containing_comp.av_layers:
        if other is not layer and other.has_track_matte and other.track_matte_layer is layer:
            other.track_matte_type = TrackMatteType.NO_TRACK_MATTE
    layer.remove()
