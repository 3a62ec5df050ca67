"""Scaling of layers to the size of their composition."""

import math
from collections.abc import Iterator
from typing import Any

from intarsia.domain.functions import LayerAutoscale
from render_container.injection.resolve import Fit


def fit_layer(fit: Fit, params: LayerAutoscale) -> Iterator[str]:
    """Scale a layer until its source fits or fills its composition, and centre it there.

    `params.type` is `fit` or `fill`. Rotation and anchor point stay unchanged. The scale is
    computed for the unrotated source. The new position puts the centre of the source at the centre
    of the composition. Yields warnings, and acts only while it is iterated.
    """
    layer, comp = fit.layer, fit.layer.containing_comp
    source = layer.source
    # In square pixels: at scale 100 %, a source pixel is as wide as its own pixel aspect.
    width, height = source.width * source.pixel_aspect, source.height
    room = comp.width * comp.pixel_aspect, comp.height
    factors = room[0] / width, room[1] / height
    factor = max(factors) if params.type == "fill" else min(factors)
    _write(fit.scale, (100 * factor, 100 * factor))
    anchor = _now(layer, "ADBE Anchor Point")
    angle = math.radians(_now(layer, "ADBE Rotate Z"))
    across = (source.width / 2 - anchor[0]) * source.pixel_aspect * factor
    down = (source.height / 2 - anchor[1]) * factor
    x = math.cos(angle) * across - math.sin(angle) * down
    y = math.sin(angle) * across + math.cos(angle) * down
    position = comp.width / 2 - x / comp.pixel_aspect, comp.height / 2 - y
    if len(fit.position) == 1:
        _write(fit.position[0], position)
    else:
        for item, value in zip(fit.position, position, strict=True):
            item.value = value
    if layer.three_d_layer:
        yield (
            f'layer "{layer.name}" is a 3D layer: it matches the size of its composition only'
            " in the plane of the composition and without a camera"
        )


def _now(layer: Any, name: str) -> Any:
    """Return the value of a transform property at the layer's in point."""
    return layer.transform[name].value_at_time(layer.in_point)


def _write(item: Any, plane: tuple[float, float]) -> None:
    """Set x and y of the property `item`; its z, if any, stays unchanged."""
    item.value = [*plane, *list(item.value)[2:]]
