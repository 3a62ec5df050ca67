"""Masks and track mattes."""

import py_aep
import pytest
from py_aep import MaskMode, TrackMatteType

CLEAR = [0, 0, 0, 0]


def square(left, top, right, bottom):
    return py_aep.Shape(
        vertices=[[left, top], [right, top], [right, bottom], [left, bottom]],
        in_tangents=[[0, 0]] * 4,
        out_tangents=[[0, 0]] * 4,
        closed=True,
    )


def add_mask(layer, mode=MaskMode.ADD, box=(10, 10, 30, 30), **values):
    mask = layer.masks.add_property("ADBE Mask Atom")
    mask["ADBE Mask Shape"].value = square(*box)
    mask.mask_mode = mode
    mask.inverted = values.pop("inverted", False)
    for name, value in values.items():
        mask[f"ADBE Mask {name}"].value = value
    return mask


def alpha(frame, x, y):
    return int(frame[y, x, 3])


def test_an_added_mask_shows_only_its_inside(studio):
    add_mask(studio.solid(studio.comp()))
    frame = studio.frame()
    assert alpha(frame, 10, 10) == alpha(frame, 29, 29) == 255
    assert alpha(frame, 9, 10) == alpha(frame, 30, 29) == 0


def test_a_subtracted_or_inverted_mask_shows_only_its_outside(studio):
    layer = studio.solid(studio.comp())
    mask = add_mask(layer, MaskMode.SUBTRACT)
    for mode, inverted in ((MaskMode.SUBTRACT, False), (MaskMode.ADD, True)):
        mask.mask_mode, mask.inverted = mode, inverted
        frame = studio.frame()
        assert alpha(frame, 20, 20) == 0
        assert alpha(frame, 5, 5) == 255


def test_a_mask_of_mode_none_does_nothing(studio):
    add_mask(studio.solid(studio.comp()), MaskMode.NONE)
    assert alpha(studio.frame(), 0, 0) == 255


def test_masks_combine_in_order(studio):
    layer = studio.solid(studio.comp())
    add_mask(layer, box=(0, 0, 40, 40))
    add_mask(layer, MaskMode.SUBTRACT, box=(10, 10, 20, 20))
    add_mask(layer, MaskMode.INTERSECT, box=(0, 0, 30, 30))
    frame = studio.frame()
    assert alpha(frame, 5, 5) == alpha(frame, 25, 25) == 255
    assert alpha(frame, 15, 15) == alpha(frame, 35, 35) == alpha(frame, 45, 45) == 0


def test_mask_opacity_and_expansion(studio):
    layer = studio.solid(studio.comp())
    mask = add_mask(layer, Opacity=50, Offset=5)
    frame = studio.frame()
    assert alpha(frame, 20, 20) == pytest.approx(128, abs=1)
    assert alpha(frame, 6, 20) == pytest.approx(128, abs=1)
    assert alpha(frame, 4, 20) == 0
    mask["ADBE Mask Offset"].value = -5
    frame = studio.frame()
    assert alpha(frame, 13, 20) == 0
    assert alpha(frame, 16, 20) == pytest.approx(128, abs=1)


def test_mask_feather_softens_both_sides_of_the_edge(studio):
    add_mask(studio.solid(studio.comp()), box=(0, 0, 32, 48), Feather=[20, 0])
    row = studio.frame()[24, :, 3].astype(int)
    assert row[31] == pytest.approx(128, abs=8)
    assert 20 < row[37] < row[31] < row[26] < 250
    assert row[60] == 0


def test_masks_follow_their_layer(studio):
    layer = studio.solid(studio.comp())
    add_mask(layer)
    layer.transform.position.value = [32 + 20, 24, 0]
    frame = studio.frame()
    assert alpha(frame, 35, 15) == 255
    assert alpha(frame, 15, 15) == 0


def test_masked_text_keeps_its_opacity_and_blend(studio):
    comp = studio.comp()
    studio.solid(comp, (0, 0, 1))
    layer = studio.solid(comp, (1, 0, 0))
    add_mask(layer)
    layer.transform.opacity.value = 50
    frame = studio.frame()
    assert frame[20, 20].tolist() == pytest.approx([128, 0, 127, 255], abs=1)
    assert frame[5, 5].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        (TrackMatteType.ALPHA, 255, 0),
        (TrackMatteType.ALPHA_INVERTED, 0, 255),
        (TrackMatteType.LUMA, 54, 0),  # red counts for 0.2126
        (TrackMatteType.LUMA_INVERTED, 201, 255),
    ],
)
def test_track_mattes(studio, kind, inside, outside):
    comp = studio.comp()
    picture = studio.solid(comp, (0, 1, 0))
    matte = studio.solid(comp, (1, 0, 0), (20, 20))
    picture.set_track_matte(matte, kind)
    frame = studio.frame()
    assert alpha(frame, 32, 24) == pytest.approx(inside, abs=2)
    assert alpha(frame, 2, 2) == outside
    assert frame[2 if outside else 24, 2 if outside else 32, 1] == 255


def test_a_matte_that_has_ended_hides_or_shows_everything(studio):
    comp = studio.comp()
    picture = studio.solid(comp, (0, 1, 0))
    matte = studio.solid(comp, (1, 0, 0), (20, 20))
    matte.out_point = 0.2
    picture.set_track_matte(matte, TrackMatteType.ALPHA)
    assert alpha(studio.frame(10), 32, 24) == 0
    picture.set_track_matte(matte, TrackMatteType.ALPHA_INVERTED)
    assert alpha(studio.frame(10), 32, 24) == 255


def test_the_mattes_own_transform_counts(studio):
    comp = studio.comp()
    picture = studio.solid(comp, (0, 1, 0))
    picture.transform.position.value = [40, 24, 0]
    matte = studio.solid(comp, (1, 0, 0), (10, 10))
    matte.transform.position.value = [20, 20, 0]
    matte.transform.opacity.value = 50
    picture.set_track_matte(matte, TrackMatteType.ALPHA)
    frame = studio.frame()
    assert alpha(frame, 20, 20) == pytest.approx(128, abs=1)
    assert alpha(frame, 32, 24) == 0
