"""Projection of 3-D layers, which are planes in space, by the composition's camera.

The projection of a layer onto the picture is a 3x3 matrix with perspective. Intersecting planes
are not split: the farther one is drawn first. Lights, shadows and depth of field are not drawn.
py-aep computes the positions of layers and cameras. Its authors measured the rules on After
Effects 2026.
"""

from __future__ import annotations

from typing import Any

from py_aep.resolvers.transform import build_world_matrix, default_camera_zoom

from render_container.compositor.model import Matrix

_NEAREST = 1e-3  # pixels in front of the camera


class View:
    """The view of a composition's camera on its 3-D layers at one time.

    The camera is the topmost camera layer active at that time, or After Effects' default camera.
    `comp` is a py-aep CompItem, and `time` is in seconds.
    """

    def __init__(self, comp: Any, time: float) -> None:
        self._time = time
        self._centre = (comp.width / 2, comp.height / 2)
        self._aspect = float(comp.pixel_aspect)
        camera = next((each for each in comp.camera_layers if each.active_at_time(time)), None)
        if camera is None:
            self.zoom = float(default_camera_zoom(comp.width, comp.pixel_aspect))
            x, y = self._centre
            self._to_camera = _rows([[1, 0, 0, -x], [0, 1, 0, -y], [0, 0, 1, self.zoom]])
        else:
            options = camera["ADBE Camera Options Group"]
            self.zoom = float(options["ADBE Camera Zoom"].value_at_time(time))
            world = build_world_matrix(camera, time, as_parent=True)
            inverse = world.inverse()
            self._to_camera = _rows([inverse[row] for row in range(3)])

    def plane(self, layer: Any) -> tuple[Matrix, float] | None:
        """Return the matrix that projects a 3-D layer's pixels to the picture, and its depth.

        The depth is the distance of the layer's anchor point from the camera along the viewing
        direction, in pixels. Returns None if the anchor point is not in front of the camera, or the
        camera's zoom is not positive.
        """
        world = _world(layer, self._time)
        columns = [[row[0], row[1], row[3]] for row in (world[0], world[1], world[2], world[3])]
        camera = [
            [sum(row[k] * columns[k][j] for k in range(4)) for j in range(3)]
            for row in self._to_camera
        ]
        anchor = layer.transform["ADBE Anchor Point"].value_at_time(self._time)
        depth = camera[2][0] * anchor[0] + camera[2][1] * anchor[1] + camera[2][2]
        if depth <= _NEAREST or self.zoom <= 0:
            return None
        cx, cy = self._centre
        # The rows are those of the homography x' = cx + zoom * x / z. They are divided by the zoom,
        # so that a plane at the distance of the zoom has a matrix without scaling.
        far = [value / self.zoom for value in camera[2]]
        x = [a / self._aspect + cx * b for a, b in zip(camera[0], far, strict=True)]
        y = [a + cy * b for a, b in zip(camera[1], far, strict=True)]
        return (x[0], x[1], x[2], y[0], y[1], y[2], far[0], far[1], far[2]), depth


def _rows(rows: Any) -> list[list[float]]:
    return [[float(value) for value in row] for row in rows]


def _world(layer: Any, time: float) -> Any:
    """Return the 4x4 matrix from a layer's pixels to the composition's 3-D space.

    It is without auto-orientation if py-aep does not support the layer's kind of it.
    """
    try:
        return build_world_matrix(layer, time, auto_orient=True)
    except NotImplementedError:
        return build_world_matrix(layer, time)
