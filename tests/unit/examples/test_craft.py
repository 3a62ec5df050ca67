"""The parts the templates are made with: geometry, easing, textures, sound, timing."""

import wave
from collections.abc import Callable
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
import py_aep
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from examples.templates.marimba import write_tune
from examples.templates.motion import LEAVE, SETTLE, animate, press_in, rise_in, spin_in
from examples.templates.rosette import diamond, facets, triangle
from examples.templates.veneer import piece, sheet

RADII = st.floats(min_value=1.0, max_value=2000.0)


def _area(points: list[tuple[float, float]]) -> float:
    turned = [*points[1:], points[0]]
    pairs = zip(points, turned, strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


@given(RADII)
def test_rosettes_pieces_fill_the_octagon_exactly(radius: float) -> None:
    octagon = _area([(radius * cos(k * pi / 4), radius * sin(k * pi / 4)) for k in range(8)])
    assert 8 * (_area(diamond(radius)) + _area(triangle(radius))) == pytest.approx(octagon)


@given(RADII)
def test_facets_are_the_two_halves_of_the_diamond(radius: float) -> None:
    light, shaded = facets(radius)
    assert _area(light) == pytest.approx(_area(shaded))
    assert _area(light) + _area(shaded) == pytest.approx(_area(diamond(radius)))


@given(RADII)
def test_triangle_shares_its_edges_with_the_diamonds(radius: float) -> None:
    notch, tip, next_tip = triangle(radius)
    assert notch == pytest.approx(diamond(radius)[3])
    assert tip == pytest.approx(diamond(radius)[2])
    assert next_tip == pytest.approx((radius * cos(pi / 4), radius * sin(pi / 4)))


@pytest.fixture
def layer() -> Any:
    comp = py_aep.new().project.root_folder.add_comp("any", 100, 100, 1.0, 4.0, 25.0)
    return comp.add_shape()


def test_entrance_lands_softly_and_exit_leaves_softly(layer: Any) -> None:
    opacity = layer.transform.opacity
    animate(opacity, (0.0, 0.0), (1.0, 100.0), ease=SETTLE)
    animate(opacity, (2.0, 100.0), (3.0, 0.0), ease=LEAVE)
    assert opacity.value_at_time(0.5) > 75  # most of the way in is done early
    assert opacity.value_at_time(1.5) == pytest.approx(100)
    assert opacity.value_at_time(2.5) > 75  # most of the way out comes late


def test_two_dimensional_values_leave_the_third_dimension_alone(layer: Any) -> None:
    animate(layer.transform.scale, (0.0, [0, 50]), (1.0, [100, 100]))
    animate(layer.transform.position, (0.0, [10, 20]), (1.0, [30, 40]))
    assert layer.transform.scale.value_at_time(0.0) == pytest.approx([0, 50, 100])
    assert layer.transform.position.value_at_time(1.0) == pytest.approx([30, 40, 0])


def test_rising_layer_ends_where_it_was_put(layer: Any) -> None:
    place = list(layer.transform.position.value)
    rise_in(layer, 0.5, distance=20.0)
    assert layer.transform.position.value_at_time(0.0)[1] == pytest.approx(place[1] + 20)
    assert layer.transform.position.value_at_time(4.0) == pytest.approx(place)
    assert layer.transform.opacity.value_at_time(0.0) == 0.0
    assert layer.transform.opacity.value_at_time(4.0) == 100.0


def test_pieces_come_to_rest_at_full_size_in_their_own_eighth(layer: Any) -> None:
    other = layer.containing_comp.add_shape()
    spin_in(layer, 90.0, 0.5)
    press_in(other, 45.0, 0.5)
    for piece_layer, turn in ((layer, 90.0), (other, 45.0)):
        assert piece_layer.transform.rotation.value_at_time(2.0) == pytest.approx(turn)
        assert piece_layer.transform.scale.value_at_time(2.0) == pytest.approx([100, 100, 100])
        assert piece_layer.transform.opacity.value_at_time(2.0) == 100.0
    # Before they come neither is to be seen.
    assert layer.transform.scale.value_at_time(0.4)[:2] == pytest.approx([0, 0])
    assert other.transform.opacity.value_at_time(0.4) == 0.0


def test_same_seed_same_sheet_other_seed_other_sheet(tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}.png" for name in "abc")
    for path, seed in ((first, 1), (again, 1), (other, 2)):
        sheet(path, (60, 200), [0.6, 0.4, 0.2], seed)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    with Image.open(first) as image:
        assert (image.mode, image.size) == ("RGB", (60, 200))


def test_grain_runs_along_the_longer_side(tmp_path: Path) -> None:
    tall = tmp_path / "tall.png"
    sheet(tall, (100, 300), [1.0, 1.0, 1.0], seed=3)
    with Image.open(tall) as image:
        tone = np.asarray(image.convert("L"), dtype=float)
    assert np.abs(np.diff(tone, axis=0)).mean() < np.abs(np.diff(tone, axis=1)).mean() / 2


def test_piece_is_cut_to_its_outline_and_tells_where_the_origin_went(tmp_path: Path) -> None:
    path = tmp_path / "piece.png"
    x, y = piece(path, diamond(100.0), [0.8, 0.6, 0.4], seed=1)
    with Image.open(path) as image:
        alpha = np.asarray(image.getchannel("A"), dtype=float) / 255
    assert alpha.sum() == pytest.approx(_area(diamond(100.0)), rel=0.01)
    inside, outside = (round(y), round(x) + 10), (0, 0)
    assert alpha[inside] == 1.0
    assert alpha[outside] == 0.0


def test_tune_is_silent_before_its_first_note_and_never_clips(tmp_path: Path) -> None:
    path = tmp_path / "tune.wav"
    write_tune(path, [(0.5, 220.0, 1.0), (0.5, 330.0, 1.0), (0.5, 440.0, 1.0)], 2.0)
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 48_000)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    assert len(samples) == 2 * 96_000
    assert not samples[: 2 * 24_000].any()
    assert np.abs(samples.astype(int)).max() == pytest.approx(0.6 * 32767, rel=0.01)


def test_strips_hide_the_frame_when_the_intro_ends(comp: Callable[[str], Any]) -> None:
    """Nothing may be seen to vanish: the cut from the intro to the scene lies behind veneer."""
    scene = comp("final-scene")
    strips = [layer for layer in scene.layers if layer.name.startswith("Strip ")]
    cut = scene.layer("IntroClip").out_point
    for time in (cut - 0.04, cut):
        spans = []
        for strip in strips:
            assert strip.in_point <= time < strip.out_point
            x, y, _ = strip.transform.position.value_at_time(time)
            assert y == pytest.approx(360, abs=0.5)
            spans.append((x - strip.source.width / 2, x + strip.source.width / 2))
        spans.sort()
        assert spans[0][0] <= 0
        assert spans[-1][1] >= 1280
        assert all(end >= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize("name", ["name-card", "lower-third"])
def test_cards_have_left_the_frame_by_their_last_frame(
    comp: Callable[[str], Any], name: str
) -> None:
    card = comp(name)
    last = card.duration - 1 / card.frame_rate
    for layer in card.layers:
        transform = layer.transform
        hidden = transform.opacity.value_at_time(last) == 0.0
        flat = transform.scale.value_at_time(last)[0] == pytest.approx(0.0)
        away = transform.position.value_at_time(last)[0] <= -112.0
        assert hidden or flat or away, layer.name
