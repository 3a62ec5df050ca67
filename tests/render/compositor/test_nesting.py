"""Nested compositions: their own buffer, their own time."""

import pytest

RED, GREEN, CLEAR = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 0, 0]


@pytest.fixture
def timed(studio):
    """A composition that is red in its first half second and green in its second."""
    inner = studio.comp("inner", (20, 20), 1.0)
    first, second = studio.solid(inner, (1, 0, 0)), studio.solid(inner, (0, 1, 0))
    first.out_point = 0.5
    second.in_point = 0.5
    return inner


def pixel(studio, number):
    return studio.frame(number)[24, 32].tolist()


def test_a_nested_comp_is_cut_at_its_size_and_placed_like_a_layer(studio):
    inner = studio.comp("inner", (20, 20))
    studio.solid(inner, size=(100, 100))
    comp = studio.comp()
    comp.add(inner).transform.position.value = [32, 24, 0]
    frame = studio.frame()
    assert frame[24, 32].tolist() == RED
    assert frame[24, 43].tolist() == frame[13, 32].tolist() == CLEAR


def test_collapsed_nesting_is_not_cut(studio):
    inner = studio.comp("inner", (20, 20))
    studio.solid(inner, size=(30, 30))
    layer = studio.comp().add(inner)
    layer.collapse_transformation = True
    assert studio.frame()[24, 45].tolist() == RED


def test_start_time_shifts_the_inner_time(studio, timed):
    comp = studio.comp(seconds=2.0)
    comp.add(timed).start_time = 0.4
    assert pixel(studio, 9) == CLEAR
    assert pixel(studio, 10) == RED
    assert pixel(studio, 23) == GREEN
    assert pixel(studio, 35) == CLEAR


def test_stretch_slows_the_inner_time(studio, timed):
    layer = studio.comp(seconds=3.0).add(timed)
    layer.stretch = 200
    assert pixel(studio, 24) == RED
    assert pixel(studio, 25) == GREEN
    assert pixel(studio, 49) == GREEN


def test_a_negative_stretch_plays_backwards(studio, timed):
    layer = studio.comp(seconds=1.0).add(timed)
    layer.stretch = -100
    layer.start_time = 1.0
    layer.in_point, layer.out_point = 1.0, 0.0
    assert pixel(studio, 5) == GREEN
    assert pixel(studio, 20) == RED


def test_time_remapping_chooses_the_moment(studio, timed):
    layer = studio.comp(seconds=1.0).add(timed)
    layer.time_remap_enabled = True
    remap = layer["ADBE Time Remapping"]
    while remap.keyframes:
        remap.remove_key(0)
        if len(remap.keyframes) == 1:
            break
    remap.set_value_at_time(0, 0.8)
    remap.set_value_at_time(0.5, 0.1)
    assert pixel(studio, 0) == GREEN
    assert pixel(studio, 12) == RED


def test_in_and_out_points_are_inclusive_and_exclusive(studio):
    comp = studio.comp()
    layer = studio.solid(comp)
    layer.in_point, layer.out_point = 0.2, 0.4
    assert [pixel(studio, number) for number in (4, 5, 9, 10)] == [CLEAR, RED, RED, CLEAR]


def test_disabled_and_guide_layers_are_not_drawn(studio):
    comp = studio.comp()
    studio.solid(comp).enabled = False
    studio.solid(comp).guide_layer = True
    assert pixel(studio, 0) == CLEAR


def test_a_soloed_layer_silences_the_others(studio):
    comp = studio.comp()
    studio.solid(comp, (0, 1, 0)).solo = True
    studio.solid(comp, (1, 0, 0))
    assert pixel(studio, 0) == GREEN


def test_an_adjustment_layer_without_effects_changes_nothing(studio):
    comp = studio.comp()
    studio.solid(comp, (0, 1, 0))
    studio.solid(comp, (1, 0, 0)).adjustment_layer = True
    assert pixel(studio, 0) == GREEN
    assert studio.warnings() == []


def test_three_levels_of_nesting(studio):
    inner = studio.comp("inner", (10, 10))
    studio.solid(inner)
    middle = studio.comp("middle", (20, 20))
    middle.add(inner).transform.scale.value = [200, 200, 100]
    studio.comp().add(middle).transform.rotation.value = 45
    frame = studio.frame()
    assert frame[24, 32].tolist() == RED
    assert frame[24, 44].tolist() == RED
    assert frame[14, 22].tolist() == CLEAR


def test_a_still_nested_comp_is_drawn_once_and_a_moving_one_each_frame(studio, monkeypatch):
    from render_container.compositor.painter import Painter

    drawn = []
    original = Painter._layers

    def counted(self, canvas, frame):
        drawn.append((frame.width, frame.height))
        original(self, canvas, frame)

    monkeypatch.setattr(Painter, "_layers", counted)
    still, moving = studio.comp("still", (20, 20)), studio.comp("moving", (30, 30))
    studio.solid(still)
    turning = studio.solid(moving, (0, 1, 0), (5, 5)).transform.rotation
    turning.set_value_at_time(0, 0)
    turning.set_value_at_time(1, 360)
    comp = studio.comp()
    comp.add(still)
    comp.add(moving)
    studio.run("-output", str(studio.folder / "out.mp4"), "-s", "0", "-e", "9")
    assert drawn.count((20, 20)) == 1
    assert drawn.count((30, 30)) == 10
