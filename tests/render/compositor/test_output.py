"""What is written, and where."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from render_container.compositor.errors import CompositorError, UsageError


@pytest.fixture
def half_red(studio):
    """A composition of 64 x 48, half transparent red over a green background."""
    comp = studio.comp(seconds=0.2)
    comp.bg_color = [0.0, 1.0, 0.0]
    studio.solid(comp).transform.opacity.value = 50
    return comp


BOTH = (128, 127, 0)


@pytest.mark.parametrize("template", ["video_h264_vbr_5mbps", "nx_video_h264_cbr_5mbps"])
@pytest.mark.usefixtures("half_red")
def test_h264_is_tagged_bt709_and_drawn_over_the_background(studio, decode, tmp_path, template):
    path = tmp_path / "out.mp4"
    studio.run("-output", str(path), "-OMtemplate", template)
    movie = decode(path)
    facts = movie.streams["video"]
    assert facts == {
        "codec": "h264",
        "rate": Fraction(25),
        "pixels": "yuv420p",
        "matrix": 1,
        "primaries": 1,
        "curve": 1,
        "range": 1,
    }
    assert len(movie.frames) == 5
    assert movie.frames[0][20, 20, :3].tolist() == pytest.approx(BOTH, abs=3)


def test_the_index_comes_first_in_mp4(studio, half_red, tmp_path):
    path = tmp_path / "out.mp4"
    studio.run("-output", str(path))
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_wanted_bit_rate_decides_the_size(studio, tmp_path, picture):
    noise = np.random.default_rng(3)
    comp = studio.comp(size=(320, 240), seconds=1.0)
    for number in range(25):
        path = picture(noise.integers(0, 256, (240, 320, 3)), f"noise{number}.png")
        layer = comp.add(studio.footage(path))
        layer.in_point, layer.out_point = number / 25, (number + 1) / 25
    sizes = {}
    for name in ("vbr_1", "vbr_5", "cbr_15"):
        path = tmp_path / f"{name}.mp4"
        studio.run("-output", str(path), "-OMtemplate", f"video_h264_{name}mbps")
        sizes[name] = path.stat().st_size * 8 / 1e6
    assert sizes["vbr_1"] == pytest.approx(1, rel=0.7)
    assert sizes["vbr_5"] == pytest.approx(5, rel=0.4)
    assert sizes["cbr_15"] == pytest.approx(15, rel=0.2)


def test_prores_422_and_4444(studio, half_red, decode, tmp_path):
    opaque, clear = tmp_path / "422.mov", tmp_path / "4444.mov"
    studio.run("-output", str(opaque), "-OMtemplate", "video_prores_422")
    studio.run("-output", str(clear), "-OMtemplate", "video_prores_4444")
    first, second = decode(opaque), decode(clear)
    assert first.streams["video"]["pixels"] == "yuv422p10le"
    assert first.streams["video"]["matrix"] == 1
    assert first.frames[0][20, 20].tolist() == pytest.approx([*BOTH, 255], abs=3)
    assert second.streams["video"]["pixels"].startswith("yuva444p1")
    assert second.frames[0][20, 20].tolist() == pytest.approx([255, 0, 0, 128], abs=3)


@pytest.mark.parametrize("size", [(63, 48), (64, 47), (63, 47)])
def test_odd_sides_grow_by_a_repeated_edge_in_h264_only(studio, decode, tmp_path, size):
    studio.solid(studio.comp(size=size, seconds=0.08), (0, 0, 1))
    path = tmp_path / "odd.mp4"
    studio.run("-output", str(path))
    frame = decode(path).frames[0]
    assert frame.shape[:2] == (size[1] + size[1] % 2, size[0] + size[0] % 2)
    assert frame[-1, -1, :3].tolist() == pytest.approx([0, 0, 255], abs=4)
    lossless = tmp_path / "odd.mov"
    studio.run("-output", str(lossless), "-OMtemplate", "video_prores_4444")
    assert decode(lossless).frames[0].shape[:2] == (size[1], size[0])


def test_stills_are_numbered_as_the_project_counts(studio, half_red, tmp_path):
    half_red.display_start_frame = 998
    studio.run("-output", str(tmp_path / "still_[#####].png"))
    names = sorted(path.name for path in tmp_path.glob("*.png"))
    assert names == [f"still_{number:05d}.png" for number in range(998, 1003)]
    assert Image.open(tmp_path / names[0]).getpixel((3, 3)) == (255, 0, 0, 128)


def test_jpegs_are_opaque(studio, half_red, tmp_path):
    studio.run("-output", str(tmp_path / "a_[##].jpg"), "-s", "0", "-e", "1")
    image = Image.open(tmp_path / "a_01.jpg")
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert image.getpixel((3, 3)) == pytest.approx(BOTH, abs=4)


def test_several_stills_need_a_place_for_the_number(studio, half_red, tmp_path):
    with pytest.raises(UsageError, match=r"still_\[#####\]\.png"):
        studio.run("-output", str(tmp_path / "still.png"))


def test_unknown_templates_and_extensions_are_named(studio, half_red, tmp_path):
    with pytest.raises(CompositorError, match="No output module template was found"):
        studio.run("-output", str(tmp_path / "a.mp4"), "-OMtemplate", "High Quality")
    with pytest.raises(CompositorError, match=r"'\.avi' has no default"):
        studio.run("-output", str(tmp_path / "a.avi"))
    with pytest.raises(CompositorError, match="No render settings template was found"):
        studio.run("-output", str(tmp_path / "a.mp4"), "-RStemplate", "Bester")


def test_a_failing_render_leaves_nothing_and_keeps_what_was_there(studio, tmp_path, picture):
    """The footage breaks in the middle of the render, after frames have been written."""
    comp = studio.comp()
    path = picture(np.zeros((48, 64, 3)))
    comp.add(studio.footage(path)).in_point = 0.4
    path.write_bytes(b"broken")
    outputs = [tmp_path / "out" / name for name in ("a.mp4", "a.mov", "a_[##].png")]
    outputs[0].parent.mkdir()
    outputs[0].write_bytes(b"an earlier render")
    for output in outputs:
        with pytest.raises(CompositorError, match="Could not read from source"):
            studio.run("-output", str(output))
    assert [each.name for each in outputs[0].parent.iterdir()] == ["a.mp4"]
    assert outputs[0].read_bytes() == b"an earlier render"


def test_an_output_folder_that_is_not_there_is_named(studio, half_red, tmp_path):
    with pytest.raises(CompositorError, match="output folder does not exist"):
        studio.run("-output", str(tmp_path / "no" / "a.mp4"))
