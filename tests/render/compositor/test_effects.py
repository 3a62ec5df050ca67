"""Effects that are drawn, and those that are only warned about.

py-aep can only add effects it has a definition of, so an effect's drawing is tested by its
filter, and its reading by a stand-in with the parameters' match names.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from render_container.compositor import effects
from render_container.compositor.matrices import translation
from render_container.compositor.model import CompFrame, Effect, LayerState, Solid
from render_container.compositor.painter import Painter
from render_container.compositor.values import Values


def drawn(*applied, colour=(1.0, 0.0, 0.0), size=(100, 100), at=(40.0, 40.0), side=20):
    """A square with effects, as straight B, G, R, A without background."""
    layer = LayerState(Solid(side, side, colour), translation(*at), effects=applied)
    return Painter().paint(CompFrame(*size, (layer,)), None)


class Parameters(SimpleNamespace):
    """An effect's parameters by match name."""

    def __getitem__(self, name):
        value = self.values[name]
        return SimpleNamespace(
            keyframes=[], is_separation_leader=False, value_at_time=lambda time: value
        )


def read(match_name, **values):
    named = {f"{match_name}-{key[1:]}": value for key, value in values.items()}
    effect = Parameters(match_name=match_name, enabled=True, values=named)
    layer = SimpleNamespace(effects=SimpleNamespace(properties=[effect]), effects_active=True)
    (found,) = effects.read_effects(layer, Values(), 0.0)
    return found


def test_fill_recolours_and_keeps_the_shape():
    effect = read("ADBE Fill", _0002=[0, 1, 0, 1], _0005=1.0)
    pixels = drawn(effect)
    assert pixels[50, 50].tolist() == [0, 255, 0, 255]
    assert pixels[30, 30].tolist() == [0, 0, 0, 0]
    half = drawn(read("ADBE Fill", _0002=[0, 1, 0, 1], _0005=0.5))
    assert half[50, 50].tolist() == pytest.approx([0, 128, 128, 255], abs=1)


def test_tint_maps_black_and_white():
    effect = read("ADBE Tint", _0001=[0, 0, 1, 1], _0002=[1, 1, 0, 1], _0003=100)
    assert drawn(effect, colour=(1.0, 1.0, 1.0))[50, 50].tolist() == [0, 255, 255, 255]
    assert drawn(effect, colour=(0.0, 0.0, 0.0))[50, 50].tolist() == [255, 0, 0, 255]


def test_blur_spreads_evenly_and_loses_nothing():
    pixels = drawn(read("ADBE Gaussian Blur 2", _0001=20, _0002=1, _0003=0))
    alpha = pixels[..., 3].astype(float)
    assert alpha.sum() / 255 == pytest.approx(400, rel=0.02)
    assert 0 < alpha[50, 36] < alpha[50, 42] < alpha[50, 50]
    assert alpha[50, 36] == pytest.approx(alpha[36, 50], abs=2)
    sideways = drawn(read("ADBE Gaussian Blur 2", _0001=20, _0002=2, _0003=0))
    assert sideways[50, 36, 3] > 0
    assert sideways[36, 50, 3] == 0


def test_a_drop_shadow_falls_where_its_direction_points():
    effect = read(
        "ADBE Drop Shadow",
        _0001=[0, 0, 1, 1],
        _0002=127.5,
        _0003=90,
        _0004=30,
        _0005=0,
        _0006=0,
    )
    pixels = drawn(effect)
    assert pixels[50, 50].tolist() == [0, 0, 255, 255]
    assert pixels[50, 80].tolist() == pytest.approx([128, 0, 0, 128], abs=1)
    assert pixels[80, 50, 3] == 0


def test_effects_apply_in_order():
    blue = Effect("fill", (0.0, 0.0, 1.0, 1.0))
    green = Effect("fill", (0.0, 1.0, 0.0, 1.0))
    assert drawn(blue, green)[50, 50].tolist() == [0, 255, 0, 255]


def test_expression_controls_are_not_warned_about_but_effects_are(studio):
    layer = studio.solid(studio.comp())
    layer.effects.add_property("ADBE Slider Control")
    assert studio.warnings() == []
    layer.effects.add_property("ADBE Geometry2")
    (warning,) = studio.warnings()
    assert "composition 'main'" in warning
    assert "the effect 'Transform' is not supported" in warning
    layer.effects_active = False
    assert studio.warnings() == []


def test_effects_of_an_adjustment_layer_are_warned_about(studio):
    layer = studio.solid(studio.comp())
    layer.adjustment_layer = True
    layer.effects.add_property("ADBE Geometry2")
    (warning,) = studio.warnings()
    assert "on an adjustment layer" in warning


def test_a_switched_off_effect_is_not_drawn():
    effect = SimpleNamespace(match_name="ADBE Fill", enabled=False)
    layer = SimpleNamespace(effects=SimpleNamespace(properties=[effect]), effects_active=True)
    assert effects.read_effects(layer, Values(), 0.0) == ()
    assert np.any(drawn())
