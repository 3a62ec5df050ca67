"""Transforms of layers at one time: their 2-D matrices and opacities."""

from __future__ import annotations

import math
from typing import Any

from py_aep import AutoOrientType, CameraLayer, LightLayer

from render_container.compositor import matrices
from render_container.compositor.model import Matrix
from render_container.compositor.values import Values

_STEP = 1e-3  # seconds before and after a time between which a motion path's direction is taken


class Transforms:
    """A calculator of 2-D matrices and opacities of py-aep layers at composition times in seconds.

    `values` reads the layers' properties.
    """

    def __init__(self, values: Values) -> None:
        self._values = values

    def opacity(self, layer: Any, time: float) -> float:
        """Return a layer's opacity, from 0 to 1."""
        return self._values.number(layer.transform, "ADBE Opacity", time) / 100

    def world(self, layer: Any, time: float) -> Matrix:
        """Return the matrix from layer pixels to composition pixels, including parent layers'."""
        matrix = self._local(layer, time)
        child = layer
        while (parent := child.parent) is not None:
            matrix = matrices.multiply(self._local(parent, time), matrix)
            child = parent
        return matrix

    def _local(self, layer: Any, time: float) -> Matrix:
        transform, values = layer.transform, self._values
        position = values.point(transform, "ADBE Position", time)
        degrees = values.number(transform, "ADBE Rotate Z", time)
        if isinstance(layer, CameraLayer | LightLayer):
            # A camera or light transforms its 2-D children like a layer with its anchor point at
            # the composition's centre.
            comp = layer.containing_comp
            centre = (comp.width / 2, comp.height / 2)
            return matrices.compose(position, centre, (1.0, 1.0), degrees)
        scale = values.point(transform, "ADBE Scale", time)
        matrix = matrices.compose(
            (0.0, 0.0),
            values.point(transform, "ADBE Anchor Point", time),
            (scale[0] / 100 * _aspect(layer.source), scale[1] / 100),
            degrees + self._along_path(layer, time),
        )
        space = _aspect(layer.containing_comp if layer.parent is None else layer.parent.source)
        if space != 1.0:
            matrix = matrices.multiply(matrices.scaling(1 / space, 1.0), matrix)
        return matrices.multiply(matrices.translation(*position), matrix)

    def _along_path(self, layer: Any, time: float) -> float:
        """Return the rotation in degrees by which the layer is oriented along its motion path.

        It is 0 if this auto-orientation is off, or the layer does not move at `time`.
        """
        if layer.auto_orient != AutoOrientType.ALONG_PATH:
            return 0.0
        before = self._values.point(layer.transform, "ADBE Position", time - _STEP)
        after = self._values.point(layer.transform, "ADBE Position", time + _STEP)
        if math.dist(before, after) < 1e-9:
            return 0.0
        return math.degrees(math.atan2(after[1] - before[1], after[0] - before[0]))


def _aspect(source: Any) -> float:
    """Return the pixel aspect ratio of a layer's source or of a composition.

    Returns 1.0 if there is none, as for text, shapes and cameras.
    """
    return float(getattr(source, "pixel_aspect", 1.0) or 1.0)
