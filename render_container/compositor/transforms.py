"""Transforms: matrices and opacities of a composition's layers at a moment."""

from __future__ import annotations

import math
from typing import Any

from py_aep import AutoOrientType, CameraLayer, LightLayer

from render_container.compositor import matrices
from render_container.compositor.model import Matrix
from render_container.compositor.values import Values

_STEP = 1e-3  # seconds, for the direction of a motion path


class Transforms:
    """Matrices and opacities of layers at composition times (seconds)."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def opacity(self, layer: Any, time: float) -> float:
        """Return a layer's opacity, from 0 to 1."""
        return self._values.number(layer.transform, "ADBE Opacity", time) / 100

    def world(self, layer: Any, time: float) -> Matrix:
        """Return the matrix from layer pixels to composition pixels, parents included."""
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
            # For a 2-D child, a camera or light acts as a layer anchored at the comp's centre.
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
        """Return the degrees that auto-orientation along the motion path adds."""
        if layer.auto_orient != AutoOrientType.ALONG_PATH:
            return 0.0
        before = self._values.point(layer.transform, "ADBE Position", time - _STEP)
        after = self._values.point(layer.transform, "ADBE Position", time + _STEP)
        if math.dist(before, after) < 1e-9:
            return 0.0
        return math.degrees(math.atan2(after[1] - before[1], after[0] - before[0]))


def _aspect(source: Any) -> float:
    """Return a source's pixel aspect ratio; 1.0 if it has none (text, shapes, cameras)."""
    return float(getattr(source, "pixel_aspect", 1.0) or 1.0)
