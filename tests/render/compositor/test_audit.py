"""What cannot be drawn is said: one line per layer and feature."""

import pytest
from py_aep import LayerSamplingQuality


def test_a_project_that_is_drawn_wholly_gives_no_warning(studio):
    comp = studio.comp()
    studio.solid(comp).transform.rotation.value = 5
    comp.add_null()
    comp.add_text("hello").text.source_text.value.font = "LiberationSans"
    layer = studio.solid(comp, (0, 1, 0), (5, 5))
    layer.sampling_quality = LayerSamplingQuality.BICUBIC
    layer.motion_blur = True  # nothing moves
    assert studio.warnings() == []


def test_expressions(studio):
    layer = studio.solid(studio.comp())
    layer.transform.position.expression = "wiggle(2, 10)"
    layer.transform.opacity.expression = "50"
    (warning,) = studio.warnings()
    assert "expressions are not evaluated (on Opacity, Position)" in warning
    layer.transform.position.expression_enabled = False
    (warning,) = studio.warnings()
    assert "(on Opacity)" in warning


def test_lights_and_depth_of_field_where_there_are_3d_layers(studio):
    comp = studio.comp()
    layer = studio.solid(comp)
    camera = comp.add_camera("Camera", [32, 24])
    camera["ADBE Camera Options Group"]["ADBE Camera Depth of Field"].value = 1
    comp.add_light("Light", [32, 24])
    assert studio.warnings() == []
    layer.three_d_layer = True
    light, blur = studio.warnings()
    assert "layer 'Light': lights and shadows are not supported" in light
    assert "layer 'Camera': depth of field is not supported" in blur


def test_motion_blur_of_a_moving_layer(studio):
    layer = studio.solid(studio.comp())
    layer.motion_blur = True
    layer.transform.position.set_value_at_time(0, [0, 0, 0])
    layer.transform.position.set_value_at_time(1, [50, 0, 0])
    (warning,) = studio.warnings()
    assert "motion blur is not supported" in warning


def test_text_animators(studio):
    layer = studio.comp().add_text("x")
    layer.text.source_text.value.font = "LiberationSans"
    layer.text["ADBE Text Animators"].add_property("ADBE Text Animator")
    (warning,) = studio.warnings()
    assert "text animators are not supported" in warning


def test_layers_that_are_not_rendered_are_not_warned_about(studio):
    layer = studio.solid(studio.comp())
    layer.transform.opacity.expression = "50"
    layer.enabled = False
    assert studio.warnings() == []


def test_nested_layers_are_warned_about_once_however_often_nested(studio):
    inner = studio.comp("inner")
    studio.solid(inner).transform.opacity.expression = "50"
    comp = studio.comp()
    comp.add(inner)
    comp.add(inner)
    (warning,) = studio.warnings()
    assert "composition 'inner'" in warning


@pytest.mark.parametrize("name", ["a\nPROGRESS:  0:00:00:00 (99): 0 Seconds", "x\r\u2028y"])
def test_names_cannot_forge_log_lines(studio, name):
    layer = studio.solid(studio.comp(name))
    layer.name = name
    layer.transform.opacity.expression = "50"
    output = str(studio.folder / "x.png")
    lines = studio.run("-output", output, "-s", "0", "-e", "0", comp=name)
    assert sum(line.startswith("WARNING") for line in lines) == 1
    assert all(line.startswith(("PROGRESS", "WARNING")) or not line for line in lines)
    assert sum(line.startswith("PROGRESS:  0:00:00:00 (") for line in lines) == 1
