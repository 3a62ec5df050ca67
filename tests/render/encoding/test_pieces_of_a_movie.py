"""A movie of pieces is, packet for packet, the movie that was never in pieces."""

import itertools
from fractions import Fraction

import av
import numpy as np
import py_aep
import pytest

from render_container.compositor.cli import main
from render_container.encoding import FORMATS
from render_container.stitching.pieces import Assembly, PieceError, PieceFile, assemble

FRAMES, RATE = 30, 30000 / 1001
CUTS = (0, 7, 8, 23, FRAMES)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Compositions that move, with sound and without, of even and odd size."""
    folder = tmp_path_factory.mktemp("project")
    with av.open(str(folder / "tone.wav"), "w") as tone:
        stream = tone.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        samples = (np.sin(np.arange(96_000) / 20) * 20_000).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = 48_000
        tone.mux(stream.encode(frame))
    project = py_aep.new().project
    for name, size, sound in (("loud", (96, 64), True), ("odd", (97, 65), False)):
        comp = project.root_folder.add_comp(name, *size, 1.0, FRAMES / RATE, RATE)
        back = project.import_placeholder(f"{name} back", *size, 1.0, 1.0)
        back.replace_with_solid([0.9, 0.3, 0.1], "Back", *size, 1.0)
        comp.add(back).start_time = 0.0
        moving = project.import_placeholder(f"{name} box", 30, 20, 1.0, 1.0)
        moving.replace_with_solid([0.1, 0.4, 0.9], "Box", 30, 20, 1.0)
        layer = comp.add(moving)
        position = layer["ADBE Transform Group"]["ADBE Position"]
        position.set_value_at_time(0.0, [10.0, 10.0, 0.0])
        position.set_value_at_time(FRAMES / RATE, [80.0, 50.0, 0.0])
        if sound:
            comp.add(project.import_file(py_aep.ImportOptions(str(folder / "tone.wav"))))
    project.save(folder / "project.aep")
    return folder / "project.aep"


@pytest.fixture
def draw(project, tmp_path, capsys):
    """Runs the compositor; gives the file."""

    def run(name, module, comp="loud", first=0, last=FRAMES - 1, *flags):
        file = tmp_path / name
        words = ["-project", str(project), "-comp", comp, "-output", str(file)]
        words += ["-OMtemplate", module, "-s", str(first), "-e", str(last), *flags]
        assert main(words) == 0, capsys.readouterr().out
        return file

    return run


@pytest.fixture
def in_pieces(draw, tmp_path):
    """Draws a movie in pieces and puts it together."""

    def run(codec, comp="loud", size=(96, 64), cuts=CUTS):
        form = FORMATS[codec]
        module, extension = (codec, "mov") if form.kind == "prores" else ("intermediate", "avi")
        pieces = [
            PieceFile(draw(f"{first}.{extension}", module, comp, first, last - 1), last - first)
            for first, last in itertools.pairwise(cuts)
        ]
        sound = draw("sound.wav", "sound", comp)
        output = tmp_path / "assembled"
        rate = Fraction(30000, 1001)
        shares = []
        assemble(
            pieces,
            sound,
            output,
            Assembly(form, size, rate),
            check=lambda: None,
            progress=shares.append,
        )
        assert shares == sorted(shares)
        assert shares[-1] == 1
        return output

    return run


def packets(path):
    """Every packet of every stream with its times, and what a decoder must know."""
    with av.open(str(path)) as movie:
        streams = [
            (each.codec_context.name, each.time_base, bytes(each.codec_context.extradata or b""))
            for each in movie.streams
        ]
        found = [
            (packet.stream_index, packet.pts, packet.dts, packet.duration, bytes(packet))
            for packet in movie.demux()
            if packet.size
        ]
    return streams, sorted(found)


def decoded(path):
    with av.open(str(path)) as movie:
        return [frame.to_ndarray() for frame in movie.decode(video=0)]


@pytest.mark.parametrize(
    ("codec", "extension"),
    [
        ("video_h264_vbr_15mbps", "mp4"),
        ("video_h264_cbr_1mbps", "mp4"),
        ("video_prores_422", "mov"),
        ("video_prores_4444", "mov"),
    ],
)
def test_assembled_is_the_same_as_never_split(draw, in_pieces, codec, extension):
    whole = packets(draw(f"whole.{extension}", codec))
    assert whole == packets(in_pieces(codec))
    assert [name for name, *_ in whole[0]][1] in ("aac", "pcm_s16le")


def test_a_silent_composition_of_odd_size_too(draw, in_pieces):
    whole = packets(draw("whole.mp4", "video_h264_vbr_1mbps", "odd"))
    assert whole == packets(in_pieces("video_h264_vbr_1mbps", "odd", (97, 65)))
    assert len(whole[0]) == 1


def test_pieces_hold_the_very_pictures_of_the_whole_intermediate(draw):
    whole = decoded(draw("whole.avi", "intermediate"))
    parts = [
        frame
        for first, last in itertools.pairwise(CUTS)
        for frame in decoded(draw(f"{first}.avi", "intermediate", "loud", first, last - 1))
    ]
    assert len(whole) == FRAMES
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts, strict=True))
    assert not np.array_equal(whole[0], whole[-1]), "a still picture would prove nothing"


def test_the_sound_alone_has_every_sample_of_the_range(draw):
    with av.open(str(draw("part.wav", "sound", "loud", 10, 19))) as sound:
        frames = [frame.to_ndarray() for frame in sound.decode(audio=0)]
    assert sum(frame.shape[1] // 2 for frame in frames) == round(10 / Fraction(30000, 1001) * 48000)
    assert max(np.abs(frame).max() for frame in frames) > 0.5


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [("lossless.avi", "rawvideo", "bgr24"), ("animation.mov", "qtrle", "rgb24")],
)
def test_pieces_of_another_encoder_are_converted_as_the_compositor_converts(
    draw, tmp_path, name, codec, pixels
):
    """After Effects writes RGB (its template Lossless); its pixels are treated like ours."""
    still = draw("still.png", "image_png", "odd", 4, 4)
    with av.open(str(still)) as image:
        picture = next(image.decode(video=0)).to_ndarray(format="rgb24")
    with av.open(str(tmp_path / name), "w") as movie:
        stream = movie.add_stream(codec, rate=Fraction(30000, 1001))
        stream.width, stream.height, stream.pix_fmt = 97, 65, pixels
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        movie.mux(stream.encode(frame.reformat(format=pixels)))
        movie.mux(stream.encode(None))
    output = tmp_path / "one.mp4"
    form = Assembly(FORMATS["video_h264_vbr_1mbps"], (97, 65), Fraction(30000, 1001))
    piece = PieceFile(tmp_path / name, 1)
    assemble([piece], None, output, form, check=lambda: None, progress=lambda _: None)
    whole = draw("whole.mp4", "video_h264_vbr_1mbps", "odd", 4, 4)
    assert packets(output) == packets(whole)


def test_a_piece_that_is_short_is_told_and_nothing_is_left(draw, tmp_path):
    piece = PieceFile(draw("0.avi", "intermediate", "loud", 0, 4), 6)
    form = Assembly(FORMATS["video_h264_vbr_1mbps"], (96, 64), Fraction(30000, 1001))
    with pytest.raises(PieceError, match="Piece 0 holds 5 frames instead of 6"):
        assemble([piece], None, tmp_path / "x", form, check=lambda: None, progress=lambda _: None)
    assert not list(tmp_path.glob("x*"))


def test_a_damaged_piece_is_told(tmp_path):
    (tmp_path / "0.avi").write_bytes(b"no movie at all")
    form = Assembly(FORMATS["video_h264_vbr_1mbps"], (96, 64), Fraction(30))
    with pytest.raises(PieceError, match="Piece 0 cannot be decoded"):
        assemble(
            [PieceFile(tmp_path / "0.avi", 1)],
            None,
            tmp_path / "x",
            form,
            check=lambda: None,
            progress=lambda _: None,
        )
