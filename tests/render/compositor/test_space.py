"""3-D layers, and 2-D ones, against points that py-aep converts as After Effects does."""

import itertools

import numpy as np
import py_aep
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_container.compositor.matrices import apply
from render_container.compositor.space import View
from render_container.compositor.transforms import Transforms
from render_container.compositor.values import Values
from tests.support import campaign

CORNERS = list(itertools.product((0.0, 40.0), (0.0, 30.0)))
angles = st.floats(-180, 180)
small = st.floats(-60, 60)


@pytest.fixture(scope="module")
def stage():
    """A composition with a solid in a null, and a camera that can be switched on."""
    project = py_aep.new().project
    comp = project.root_folder.add_comp("stage", 400, 300, 1.0, 1.0, 25.0)
    layer = comp.add_solid([1, 0, 0], None, 40, 30)
    null = comp.add_null()
    layer.set_parent_with_jump(null)
    camera = comp.add_camera("camera", [200, 150])
    return comp, layer, null, camera


def place(layer, position, turns, scale):
    layer.transform.property("ADBE Position").value = position
    for axis, degrees in zip("XYZ", turns, strict=True):
        layer.transform.property(f"ADBE Rotate {axis}").value = degrees
    layer.transform.property("ADBE Scale").value = [scale, scale, 100]


@settings(max_examples=campaign.size(15, 40))
@given(st.tuples(small, small), angles, st.floats(10, 300), angles)
def test_2d_layers_stand_where_after_effects_puts_them(stage, position, turn, scale, parent_turn):
    _, layer, null, camera = stage
    layer.three_d_layer = null.three_d_layer = camera.enabled = False
    place(layer, [*position, 0], (0, 0, turn), scale)
    place(null, [200 + position[0], 150, 0], (0, 0, parent_turn), 80)
    matrix = Transforms(Values()).world(layer, 0.0)
    for corner in CORNERS:
        expected = layer.source_point_to_comp(list(corner), 0.0)
        assert apply(matrix, *corner) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=campaign.size(15, 40))
@given(st.tuples(small, small, st.floats(-150, 400)), st.tuples(angles, angles, angles), small)
def test_3d_layers_through_the_default_camera(stage, position, turns, parent_turn):
    comp, layer, null, camera = stage
    layer.three_d_layer = null.three_d_layer = True
    camera.enabled = False
    place(layer, list(position), turns, 120)
    place(null, [200, 150, 0], (parent_turn, 0, 0), 100)
    matrix, _ = View(comp, 0.0).plane(layer)
    for corner in CORNERS:
        expected = layer.source_point_to_comp(list(corner), 0.0)
        assert apply(matrix, *corner) == pytest.approx(expected, abs=1e-4)


@settings(max_examples=campaign.size(15, 40))
@given(small, small, st.floats(100, 900), st.tuples(small, small, angles))
def test_3d_layers_through_a_camera_layer(stage, x, y, zoom, turns):
    comp, layer, null, camera = stage
    layer.three_d_layer = null.three_d_layer = camera.enabled = True
    place(layer, [x, y, 30], turns, 100)
    place(null, [200, 150, 0], (0, 0, 0), 100)
    camera.transform.property("ADBE Position").value = [150, 100, -500]
    camera["ADBE Camera Options Group"]["ADBE Camera Zoom"].value = zoom
    matrix, _ = View(comp, 0.0).plane(layer)
    for corner in CORNERS:
        back = layer.comp_point_to_source(list(apply(matrix, *corner)), 0.0)
        assert back == pytest.approx(corner, abs=1e-3)


def flat_3d(studio, comp, colour, z, size=(40, 30)):
    layer = studio.solid(comp, colour, size)
    layer.three_d_layer = True
    layer.transform.property("ADBE Position").value = [comp.width / 2, comp.height / 2, z]
    return layer


def test_a_plane_at_the_cameras_zoom_distance_behind_is_half_as_large(studio):
    comp = studio.comp(size=(144, 100))
    flat_3d(studio, comp, (1, 0, 0), 144 / 0.72, (40, 32))
    frame = studio.frame()
    rows, columns = np.nonzero(frame[..., 3] > 128)
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (20, 16)
    assert studio.warnings() == []


def test_the_nearer_layer_covers_the_farther_whatever_the_order(studio):
    comp = studio.comp(size=(144, 100))
    flat_3d(studio, comp, (1, 0, 0), -20)
    flat_3d(studio, comp, (0, 1, 0), 20)
    assert studio.frame()[50, 72].tolist() == [255, 0, 0, 255]
    studio.solid(comp, (0, 0, 1), (4, 4))
    assert studio.frame()[50, 72].tolist() == [0, 0, 255, 255]


def test_a_layer_behind_the_camera_or_edge_on_does_not_show(studio):
    comp = studio.comp(size=(144, 100))
    layer = flat_3d(studio, comp, (1, 0, 0), -500)
    assert studio.frame()[..., 3].max() == 0
    layer.transform.property("ADBE Position").value = [72, 50, 0]
    layer.transform.property("ADBE Rotate Y").value = 90
    assert studio.frame()[..., 3].max() <= 1


def test_a_turned_plane_is_drawn_in_perspective(studio):
    comp = studio.comp(size=(144, 100))
    layer = flat_3d(studio, comp, (1, 0, 0), 0, (80, 60))
    layer.transform.property("ADBE Rotate Y").value = 50
    heights = (studio.frame()[..., 3] > 128).sum(axis=0)
    drawn = heights[heights > 0]
    assert len(drawn) < 70
    assert abs(int(drawn[2]) - int(drawn[-3])) > 10


def test_a_three_d_layer_in_the_picture_plane_equals_a_flat_one(studio):
    comp = studio.comp()
    layer = studio.solid(comp, (1, 0.5, 0), (20, 10))
    layer.transform.rotation.value = 20
    flat = studio.frame()
    layer.three_d_layer = True
    assert np.abs(studio.frame().astype(int) - flat).max() <= 3
