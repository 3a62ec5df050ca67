"""Where layers land, against the closed form of After Effects' transforms."""

import math

import numpy as np
import pytest

RED, GREEN = (255, 0, 0, 255), (0, 255, 0, 255)
CLEAR = (0, 0, 0, 0)


def centre_of(frame):
    """Centre of gravity of the opaque part, in pixel edges."""
    weight = frame[..., 3].astype(float)
    y, x = np.mgrid[0 : frame.shape[0], 0 : frame.shape[1]] + 0.5
    return (x * weight).sum() / weight.sum(), (y * weight).sum() / weight.sum()


def area_of(frame):
    return frame[..., 3].sum() / 255


def test_a_solid_is_centred_on_its_position_by_its_anchor(studio):
    comp = studio.comp()
    layer = studio.solid(comp, size=(20, 10))
    layer.transform.position.value = [30, 20, 0]
    frame = studio.frame()
    assert tuple(frame[15, 20]) == RED
    assert tuple(frame[24, 39]) == RED
    assert tuple(frame[14, 20]) == tuple(frame[15, 19]) == CLEAR
    assert tuple(frame[25, 39]) == tuple(frame[24, 40]) == CLEAR


def test_a_moved_anchor_moves_the_layer_the_other_way(studio):
    comp = studio.comp()
    layer = studio.solid(comp, size=(20, 10))
    layer.transform.anchor_point.value = [0, 0, 0]
    layer.transform.position.value = [8, 6, 0]
    assert centre_of(studio.frame()) == pytest.approx((18, 11), abs=0.01)


@pytest.mark.parametrize("degrees", [0, 30, 90, 200])
@pytest.mark.parametrize("scale", [(50, 50), (100, 200), (-100, 60)])
def test_scale_and_rotation_about_the_anchor(studio, degrees, scale):
    comp = studio.comp(size=(200, 200))
    layer = studio.solid(comp, size=(40, 20))
    layer.transform.anchor_point.value = [5, 5, 0]
    layer.transform.position.value = [100, 100, 0]
    layer.transform.scale.value = [*scale, 100]
    layer.transform.rotation.value = degrees
    frame = studio.frame()
    dx, dy = (20 - 5) * scale[0] / 100, (10 - 5) * scale[1] / 100
    angle = math.radians(degrees)
    x = 100 + dx * math.cos(angle) - dy * math.sin(angle)
    y = 100 + dx * math.sin(angle) + dy * math.cos(angle)
    assert centre_of(frame) == pytest.approx((x, y), abs=0.1)
    assert area_of(frame) == pytest.approx(40 * 20 * abs(scale[0] * scale[1]) / 10_000, rel=0.02)


def test_parents_carry_their_children_through_nulls(studio):
    comp = studio.comp(size=(200, 200))
    layer = studio.solid(comp, size=(10, 10))
    null = comp.add_null()
    layer.set_parent_with_jump(null)
    null.transform.position.value = [100, 100, 0]
    null.transform.anchor_point.value = [0, 0, 0]
    null.transform.rotation.value = 90
    null.transform.scale.value = [200, 200, 100]
    layer.transform.position.value = [20, 0, 0]
    frame = studio.frame()
    assert centre_of(frame) == pytest.approx((100, 140), abs=0.05)
    assert area_of(frame) == pytest.approx(400, rel=0.01)


def test_a_parents_opacity_stays_its_own(studio):
    comp = studio.comp()
    layer = studio.solid(comp)
    null = comp.add_null()
    null.transform.opacity.value = 10
    layer.set_parent_with_jump(null)
    null.transform.anchor_point.value = [0, 0, 0]
    null.transform.position.value = [0, 0, 0]
    assert studio.frame()[24, 32, 3] == 255


def test_keyframes_move_layers_and_hold_after_the_last(studio):
    comp = studio.comp(size=(100, 50))
    layer = studio.solid(comp, size=(10, 10))
    position = layer.transform.position
    position.set_value_at_time(0, [10, 25, 0])
    position.set_value_at_time(0.4, [50, 25, 0])
    assert centre_of(studio.frame(0)) == pytest.approx((10, 25), abs=0.05)
    assert centre_of(studio.frame(5)) == pytest.approx((30, 25), abs=0.05)
    assert centre_of(studio.frame(20)) == pytest.approx((50, 25), abs=0.05)


def test_separated_dimensions_move_on_their_own(studio):
    comp = studio.comp(size=(100, 50))
    layer = studio.solid(comp, size=(10, 10))
    position = layer.transform.position
    position.dimensions_separated = True
    follower = position.get_separation_follower(0)
    follower.set_value_at_time(0, 20.0)
    follower.set_value_at_time(0.4, 60.0)
    position.get_separation_follower(1).value = 12.0
    assert centre_of(studio.frame(5)) == pytest.approx((40, 12), abs=0.05)


def test_opacity_is_in_the_alpha(studio):
    comp = studio.comp()
    studio.solid(comp).transform.opacity.value = 40
    assert studio.frame()[10, 10].tolist() == pytest.approx([255, 0, 0, 102], abs=1)


def test_upper_layers_cover_lower_ones(studio):
    comp = studio.comp()
    studio.solid(comp, (1, 0, 0))
    studio.solid(comp, (0, 1, 0), (10, 10))
    frame = studio.frame()
    assert tuple(frame[24, 32]) == GREEN
    assert tuple(frame[2, 2]) == RED


def test_edges_between_pixels_are_antialiased_but_not_in_draft(studio):
    comp = studio.comp()
    layer = studio.solid(comp, size=(10, 10))
    layer.transform.position.value = [30.5, 20, 0]
    assert studio.frame()[20, 25, 3] == pytest.approx(128, abs=2)
    draft = studio.frame(0, "main", "-RStemplate", "nx_draft")
    assert set(np.unique(draft[..., 3])) == {0, 255}


def test_a_layer_turns_along_its_path(studio):
    from py_aep import AutoOrientType

    comp = studio.comp(size=(100, 100))
    layer = studio.solid(comp, size=(40, 4))
    layer.auto_orient = AutoOrientType.ALONG_PATH
    layer.transform.position.set_value_at_time(0, [50, 10, 0])
    layer.transform.position.set_value_at_time(0.8, [50, 90, 0])
    frame = studio.frame(10)
    assert np.ptp(np.nonzero(frame[..., 3] > 128)[0]) > np.ptp(np.nonzero(frame[..., 3] > 128)[1])
