"""Blending modes, against their formulas."""

import pytest
from py_aep import BlendingMode

BELOW, ABOVE = (0.8, 0.4, 0.2), (0.5, 0.6, 0.3)


def soft_light(b, s):
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    d = ((16 * b - 12) * b + 4) * b if b <= 0.25 else b**0.5
    return b + (2 * s - 1) * (d - b)


def hard_light(b, s):
    return 2 * b * s if s <= 0.5 else 1 - 2 * (1 - b) * (1 - s)


FORMULAS = {
    BlendingMode.NORMAL: lambda b, s: s,
    BlendingMode.ADD: lambda b, s: min(1, b + s),
    BlendingMode.MULTIPLY: lambda b, s: b * s,
    BlendingMode.SCREEN: lambda b, s: b + s - b * s,
    BlendingMode.OVERLAY: lambda b, s: hard_light(s, b),
    BlendingMode.DARKEN: min,
    BlendingMode.LIGHTEN: max,
    BlendingMode.DIFFERENCE: lambda b, s: abs(b - s),
    BlendingMode.EXCLUSION: lambda b, s: b + s - 2 * b * s,
    BlendingMode.HARD_LIGHT: hard_light,
    BlendingMode.SOFT_LIGHT: soft_light,
    BlendingMode.COLOR_DODGE: lambda b, s: min(1, b / (1 - s)),
    BlendingMode.COLOR_BURN: lambda b, s: 1 - min(1, (1 - b) / s),
}


@pytest.mark.parametrize("mode", FORMULAS, ids=lambda mode: mode.name)
@pytest.mark.parametrize("opacity", [100, 50])
def test_blending_modes_follow_their_formulas(studio, mode, opacity):
    comp = studio.comp()
    studio.solid(comp, BELOW)
    upper = studio.solid(comp, ABOVE)
    upper.blending_mode = mode
    upper.transform.opacity.value = opacity
    share = opacity / 100
    expected = [
        255 * (b * (1 - share) + FORMULAS[mode](b, s) * share)
        for b, s in zip(BELOW, ABOVE, strict=True)
    ]
    if mode == BlendingMode.ADD:
        expected = [255 * min(1, b + s * share) for b, s in zip(BELOW, ABOVE, strict=True)]
    assert studio.frame()[20, 20, :3].tolist() == pytest.approx(expected, abs=2)


@pytest.mark.parametrize(
    ("mode", "inside", "outside"),
    [(BlendingMode.STENCIL_ALPHA, 255, 0), (BlendingMode.SILHOUETE_ALPHA, 0, 255)],
)
def test_stencil_and_silhouette_cut_everything_below(studio, mode, inside, outside):
    comp = studio.comp()
    studio.solid(comp, BELOW)
    studio.solid(comp, ABOVE, (10, 10)).blending_mode = mode
    frame = studio.frame()
    assert frame[24, 32, 3] == inside
    assert frame[2, 2, 3] == outside


def test_stencils_leave_the_background(studio):
    comp = studio.comp()
    comp.bg_color = [0.0, 0.0, 1.0]
    studio.solid(comp, BELOW)
    studio.solid(comp, ABOVE, (10, 10)).blending_mode = BlendingMode.STENCIL_ALPHA
    frame = studio.frame(0, "main", "-OMtemplate", "image_jpeg")
    assert frame[2, 2].tolist() == pytest.approx([0, 0, 255, 255], abs=3)


def test_preserve_transparency_draws_only_where_something_is(studio):
    comp = studio.comp()
    studio.solid(comp, BELOW, (10, 10))
    studio.solid(comp, (0, 1, 0)).preserve_transparency = True
    frame = studio.frame()
    assert frame[24, 32].tolist() == [0, 255, 0, 255]
    assert frame[2, 2, 3] == 0


def test_a_mode_that_is_not_drawn_is_warned_about(studio):
    studio.solid(studio.comp()).blending_mode = BlendingMode.VIVID_LIGHT
    (warning,) = studio.warnings()
    assert "blending mode Vivid Light" in warning
