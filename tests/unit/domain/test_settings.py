import pytest
from pydantic import ValidationError

from intarsia.domain.settings import Codec, RenderSettings


@pytest.mark.parametrize("codec", Codec)
def test_every_codec_of_the_contract_is_taken_in_its_long_and_short_form(codec):
    media = codec.kind
    frames = 0 if media == "image" else None
    for name in (codec.value, codec.value.removeprefix(f"{media}_")):
        assert RenderSettings(type=media, codec=name, frames=frames).codec is codec


def test_there_are_twelve_codecs():
    assert len(Codec) == 12


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"codec": "image_png"}, "does not fit"),
        ({"type": "image"}, "frames is required"),
        ({"frames": [3, 3]}, "last greater than first"),
        ({"frames": [-1, 3]}, "frames"),
        ({"frames": 1.5}, "must be a frame number, or [first, last]"),
        ({"frames": True}, "frames"),
        ({"fps": 25}, "fps"),
        ({"engine": "ae2019"}, "engine"),
        ({"type": "image", "frames": 1, "codec": "video_prores_422"}, "does not fit"),
    ],
)
def test_what_cannot_be_rendered_is_refused_by_name(given, named):
    with pytest.raises(ValidationError) as refused:
        RenderSettings.model_validate(given)

    assert named in str(refused.value)


def test_a_nested_video_keeps_its_transparency_unless_told_otherwise():
    assert RenderSettings().resolved_codec(in_slot=True).has_alpha
    assert RenderSettings().resolved_codec(in_slot=False) is Codec.H264_VBR_15
    asked = RenderSettings(codec=Codec.H264_CBR_5)
    assert asked.resolved_codec(in_slot=True) is Codec.H264_CBR_5


def test_one_frame_and_a_range_both_count_from_first_to_last():
    assert RenderSettings(frames=7).first_and_last == (7, 7)
    assert RenderSettings(frames=(2, 9)).first_and_last == (2, 9)
    assert RenderSettings().first_and_last is None
