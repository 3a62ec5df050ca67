"""Shape layers."""

import math

import numpy as np
import pytest

RED, CLEAR = [255, 0, 0, 255], [0, 0, 0, 0]


@pytest.fixture
def shape(studio):
    """A shape layer's group contents, centred in a 100 x 100 composition."""
    layer = studio.comp(size=(100, 100)).add_shape()
    return layer["ADBE Root Vectors Group"].add_property("ADBE Vector Group")


def add(group, name, **values):
    item = group["ADBE Vectors Group"].add_property(f"ADBE Vector {name}")
    for key, value in values.items():
        item[f"ADBE Vector {key.replace('_', ' ')}"].value = value
    return item


def rectangle(group, size=(40, 20), **values):
    item = add(group, "Shape - Rect", Rect_Size=list(size))
    for key, value in values.items():
        item[f"ADBE Vector Rect {key}"].value = value
    return item


def area(frame):
    return frame[..., 3].sum() / 255


def test_a_filled_rectangle(studio, shape):
    rectangle(shape)
    add(shape, "Graphic - Fill", Fill_Color=[1, 0, 0, 1])
    frame = studio.frame()
    assert frame[40, 30].tolist() == frame[59, 69].tolist() == RED
    assert frame[39, 30].tolist() == frame[59, 70].tolist() == CLEAR


def test_roundness_cuts_the_corners_by_quarter_circles(studio, shape):
    rectangle(shape, (40, 40), Roundness=10.0)
    add(shape, "Graphic - Fill")
    assert area(studio.frame()) == pytest.approx(1600 - (4 - math.pi) * 100, rel=0.005)


def test_an_ellipse(studio, shape):
    add(shape, "Shape - Ellipse", Ellipse_Size=[60, 30])
    add(shape, "Graphic - Fill")
    assert area(studio.frame()) == pytest.approx(math.pi * 30 * 15, rel=0.01)


def test_a_polygon_and_a_star(studio, shape):
    star = add(shape, "Shape - Star", Star_Type=2, Star_Points=6, Star_Outer_Radius=40)
    add(shape, "Graphic - Fill")
    assert area(studio.frame()) == pytest.approx(1.5 * math.sqrt(3) * 1600, rel=0.01)
    star["ADBE Vector Star Type"].value = 1
    star["ADBE Vector Star Inner Radius"].value = 20
    inner = 12 * 0.5 * 40 * 20 * math.sin(math.pi / 6)
    assert area(studio.frame()) == pytest.approx(inner, rel=0.01)


def test_a_stroke_lies_on_both_sides_of_its_path(studio, shape):
    rectangle(shape)
    add(shape, "Graphic - Stroke", Stroke_Color=[1, 0, 0, 1], Stroke_Width=4)
    frame = studio.frame()
    assert area(frame) == pytest.approx(44 * 24 - 36 * 16, rel=0.005)
    assert frame[38, 50].tolist() == frame[41, 50].tolist() == RED
    assert frame[50, 50].tolist() == CLEAR


def test_paints_draw_the_paths_above_them_only(studio, shape):
    rectangle(shape, Position=[-20, 0])
    add(shape, "Graphic - Fill")
    rectangle(shape, Position=[20, 30])
    frame = studio.frame()
    assert area(frame) == pytest.approx(800)


def test_the_upper_paint_lies_on_top(studio, shape):
    rectangle(shape)
    add(shape, "Graphic - Fill", Fill_Color=[1, 0, 0, 1])
    add(shape, "Graphic - Fill", Fill_Color=[0, 1, 0, 1])
    assert studio.frame()[50, 50].tolist() == RED


def test_group_transforms_and_opacity(studio, shape):
    rectangle(shape)
    add(shape, "Graphic - Fill", Fill_Color=[1, 0, 0, 1])
    transform = shape["ADBE Vector Transform Group"]
    transform["ADBE Vector Position"].value = [0, 20]
    transform["ADBE Vector Rotation"].value = 90
    transform["ADBE Vector Scale"].value = [50, 100]
    transform["ADBE Vector Group Opacity"].value = 50
    frame = studio.frame()
    assert frame[70, 50].tolist() == pytest.approx([255, 0, 0, 128], abs=2)
    rows, columns = np.nonzero(frame[..., 3])
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (40, 59, 60, 79)


def test_a_paint_in_the_outer_group_draws_the_inner_groups_paths(studio, shape):
    inner = shape["ADBE Vectors Group"].add_property("ADBE Vector Group")
    rectangle(inner, (20, 20))
    inner["ADBE Vector Transform Group"]["ADBE Vector Position"].value = [10, 0]
    add(shape, "Graphic - Fill", Fill_Color=[1, 0, 0, 1])
    frame = studio.frame()
    assert frame[50, 69].tolist() == RED
    assert frame[50, 49].tolist() == CLEAR
    assert area(frame) == pytest.approx(400)


def test_the_even_odd_rule_leaves_a_hole(studio, shape):
    rectangle(shape, (40, 40))
    rectangle(shape, (20, 20))
    fill = add(shape, "Graphic - Fill")
    assert area(studio.frame()) == pytest.approx(1600)
    fill["ADBE Vector Fill Rule"].value = 2
    assert area(studio.frame()) == pytest.approx(1200)


def test_a_bezier_path(studio, shape):
    import py_aep

    item = add(shape, "Shape - Group")
    item["ADBE Vector Shape"].value = py_aep.Shape(
        vertices=[[0, -20], [20, 20], [-20, 20]],
        in_tangents=[[0, 0]] * 3,
        out_tangents=[[0, 0]] * 3,
        closed=True,
    )
    add(shape, "Graphic - Fill")
    assert area(studio.frame()) == pytest.approx(800, rel=0.01)


def test_a_linear_gradient_runs_from_start_to_end(studio, shape):
    rectangle(shape, (80, 20))
    item = add(shape, "Graphic - G-Fill")
    item["ADBE Vector Grad Start Pt"].value = [-40, 0]
    item["ADBE Vector Grad End Pt"].value = [40, 0]
    frame = studio.frame()
    greys = frame[50, 10:90, 0].astype(float)
    expected = 255 * (1 - (np.arange(80) + 0.5) / 80)
    assert np.abs(greys - expected).max() < 3


def test_trim_paths_keeps_part_of_a_stroke(studio, shape):
    rectangle(shape, (40, 40))
    trim = add(shape, "Filter - Trim", Trim_Start=0, Trim_End=50)
    add(shape, "Graphic - Stroke", Stroke_Width=2)
    assert area(studio.frame()) == pytest.approx(80 * 2, rel=0.05)
    trim["ADBE Vector Trim End"].value = 0
    assert area(studio.frame()) == 0


def test_animated_shapes_are_drawn_anew(studio, shape):
    size = rectangle(shape)["ADBE Vector Rect Size"]
    add(shape, "Graphic - Fill")
    size.set_value_at_time(0, [10, 10])
    size.set_value_at_time(0.8, [50, 50])
    assert area(studio.frame(0)) == pytest.approx(100)
    assert area(studio.frame(10)) == pytest.approx(900, rel=0.01)


def test_what_a_shape_layer_cannot_do_is_warned_about_once(studio, shape):
    rectangle(shape)
    add(shape, "Filter - Repeater")
    add(shape, "Filter - Repeater")
    add(shape, "Graphic - Fill")
    (warning,) = studio.warnings()
    assert "Repeater" in warning
    assert "'main'" in warning
    assert "'Shape Layer 1'" in warning
