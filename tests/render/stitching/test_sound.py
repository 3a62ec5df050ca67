"""Each clip's sound is heard with its pictures, and silence where it has none."""

from fractions import Fraction

import numpy as np
import pytest

from render_container.stitching.sound import Sound

LOUD, QUIET = 0.4, 0.02  # of a tone made at 0.5


def edges(movie, hertz):
    """Seconds at which a tone begins and ends, found to 5 ms."""
    window = 240
    count = movie.sound.shape[1] // window
    parts = movie.sound[0, : count * window].reshape(count, window)
    levels = 2 * abs(parts @ np.exp(2j * np.pi * hertz * np.arange(window) / 48_000)) / window
    heard = np.flatnonzero(levels > 0.25)
    return heard[0] * window / 48_000, (heard[-1] + 1) * window / 48_000


@pytest.mark.parametrize("copied", [True, False])
def test_a_clip_without_sound_is_silent_between_two_that_have_some(kit, copied):
    clips = [kit.clip(20, tone=1000.0), kit.clip(15, options=None if copied else {"bf": "0"}),
             kit.clip(20, tone=2000.0)]  # fmt: skip
    done = kit.join(*clips)
    assert done.copied is copied
    movie = kit.look()
    assert movie.codecs == ["h264", "aac"]
    assert movie.loudness(0.05, 0.75, 1000.0) > LOUD
    assert np.abs(movie.sound[:, round(0.84 * 48_000) : round(1.36 * 48_000)]).max() < QUIET
    assert movie.loudness(1.45, 2.15, 2000.0) > LOUD
    assert movie.loudness(1.45, 2.15, 1000.0) < QUIET
    assert edges(movie, 1000.0) == pytest.approx((0.0, 0.8), abs=0.02)
    assert edges(movie, 2000.0) == pytest.approx((1.4, 2.2), abs=0.02)


def test_there_is_no_sound_when_no_clip_has_any(kit):
    kit.join(kit.clip(3), kit.clip(3))
    assert kit.look().codecs == ["h264"]
    kit.join(kit.clip(3), kit.clip(3, rate=30))
    assert kit.look().codecs == ["h264"]


@pytest.mark.parametrize(("rate", "copied"), [(Fraction(30000, 1001), True), (Fraction(25), False)])
def test_sound_does_not_drift_over_sixty_clips(kit, rate, copied):
    """AAC frames end to end would be late by up to 0.9 seconds here."""
    low, high = (kit.clip(4, rate=rate, tone=hertz) for hertz in (1000.0, 2000.0))
    silent = kit.clip(4, rate=rate, options=None if copied else {"bf": "0"})
    done = kit.join(*[low] * 29, silent, *[low] * 29, high)
    assert done.copied is copied
    movie = kit.look()
    assert done.frames == len(movie.frames) == 240
    assert movie.sound.shape[1] == pytest.approx(float(240 / rate) * 48_000, abs=1100)
    one = float(4 / rate)
    assert edges(movie, 2000.0) == pytest.approx((59 * one, 60 * one), abs=0.02)
    start, end = 29 * one, 30 * one
    assert movie.loudness(start - 0.1, start - 0.01, 1000.0) > LOUD
    assert movie.loudness(start + 0.02, end - 0.02, 1000.0) < QUIET
    assert movie.loudness(end + 0.01, end + 0.1, 1000.0) > LOUD


def test_sound_longer_than_its_pictures_is_cut_there(kit):
    clips = [kit.clip(10, tone=1000.0, sound={"seconds": 1.0}), kit.clip(10, tone=2000.0)]
    kit.join(*clips)
    movie = kit.look()
    assert edges(movie, 1000.0) == pytest.approx((0.0, 0.4), abs=0.02)
    assert edges(movie, 2000.0) == pytest.approx((0.4, 0.8), abs=0.02)


def test_sound_shorter_than_its_pictures_is_followed_by_silence(kit):
    clips = [kit.clip(20, tone=1000.0, sound={"seconds": 0.3}), kit.clip(10, tone=2000.0)]
    kit.join(*clips)
    movie = kit.look()
    assert edges(movie, 1000.0) == pytest.approx((0.0, 0.3), abs=0.03)
    assert edges(movie, 2000.0) == pytest.approx((0.8, 1.2), abs=0.02)


def test_sound_that_begins_later_than_its_pictures_stays_late(kit):
    late = {"delay": 0.4, "seconds": 0.4}
    clips = [kit.clip(10), kit.clip(20, tone=1000.0, sound=late)]
    kit.join(*clips)
    assert edges(kit.look(), 1000.0) == pytest.approx((0.8, 1.2), abs=0.03)


@pytest.mark.parametrize("name", ["mkv", "mov"])
def test_time_stamps_that_begin_late_keep_sound_and_pictures_together(kit, name):
    pcm = {"codec": "pcm_s16le", "delay": 0.2, "seconds": 0.4}
    clips = [kit.clip(10), kit.clip(20, name=name, tone=1000.0, sound=pcm, start=3.0)]
    kit.join(*clips)
    assert edges(kit.look(), 1000.0) == pytest.approx((0.6, 1.0), abs=0.01)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.4, 1.6])
@pytest.mark.parametrize("start", [0, Fraction(1, 100), Fraction(1, 2)])
def test_sound_is_placed_to_the_sample(kit, delay, start):
    """Before it is encoded: it starts `delay` into the file, the pictures `start`."""
    pcm = {"codec": "pcm_s16le", "delay": delay, "seconds": 1.0}
    clip = kit.clip(50, name="mkv", tone=1000.0, sound=pcm)
    with Sound(clip, 0, Fraction(start), lambda: None) as sound:
        pieces = [sound.take(count) for count in (1, 1000, 0, 100_000, 43_000)]
    assert [piece.shape for piece in pieces] == [(2, n) for n in (1, 1000, 0, 100_000, 43_000)]
    found = np.concatenate(pieces, axis=1)[0]
    first = round((delay - float(start)) * 48_000)
    times = np.arange(len(found)) - first
    wanted = 0.5 * np.sin(2 * np.pi * 1000.0 * times / 48_000)
    wanted[(times < 0) | (times >= 48_000)] = 0
    assert np.abs(found - wanted).max() < 0.001


@pytest.mark.parametrize(
    "sound",
    [
        {"rate": 44_100, "layout": "mono"},
        {"rate": 22_050},
        {"codec": "pcm_s16le", "rate": 8_000, "layout": "mono"},
        {"layout": "5.1"},
    ],
)
def test_other_rates_and_layouts_become_48_khz_stereo(kit, sound):
    name = "mov" if sound.get("codec") else "mp4"
    kit.join(kit.clip(10), kit.clip(20, name=name, tone=1000.0, sound=sound))
    movie = kit.look()
    assert edges(movie, 1000.0) == pytest.approx((0.4, 1.2), abs=0.03)
    assert movie.sound.shape[0] == 2
    for side in (0, 1):
        assert np.abs(movie.sound[side, 30_000:50_000]).max() > 0.35
    if sound["layout" if "layout" in sound else "rate"] != "5.1":
        assert movie.loudness(0.5, 1.1, 1000.0) == pytest.approx(0.5, abs=0.05)


def test_a_hole_in_the_sound_is_silent_and_what_follows_is_in_time(kit):
    """Packets are missing, as after a recorder has stumbled."""
    import av

    from render_container.stitching import Clip

    whole = kit.clip(50, name="mkv", tone=1000.0, sound={"codec": "pcm_s16le"})
    path = kit.folder / "hole.mkv"
    with av.open(str(whole.path)) as source, av.open(str(path), "w") as target:
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            time = float((packet.pts or 0) * packet.time_base)
            sound = packet.stream.type == "audio"
            if packet.size and not (sound and 0.5 <= time < 1.5):
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    kit.join(Clip(path, "matroska"))
    movie = kit.look()
    assert movie.loudness(0.05, 0.45, 1000.0) > LOUD
    assert movie.loudness(0.55, 1.45, 1000.0) < QUIET
    assert movie.loudness(1.55, 1.95, 1000.0) > LOUD


def test_sound_of_a_frame_rate_that_is_made_another_stays_as_long_as_its_pictures(kit):
    clips = [kit.clip(10, rate=25), kit.clip(7, rate=24, tone=1000.0), kit.clip(5, tone=2000.0)]
    done = kit.join(*clips)
    assert done.frames == 10 + 7 + 5
    movie = kit.look()
    assert edges(movie, 1000.0) == pytest.approx((0.4, 0.68), abs=0.03)
    assert edges(movie, 2000.0) == pytest.approx((0.68, 0.88), abs=0.02)


def test_damaged_sound_is_silent_and_named(kit):
    import av

    from render_container.stitching import Clip

    whole = kit.clip(50, name="mkv", tone=1000.0)
    path = kit.folder / "noise.mkv"
    with av.open(str(whole.path)) as source, av.open(str(path), "w") as target:
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if not packet.size:
                continue
            bad = packet.stream.type == "audio" and 0.5 <= float(packet.pts * packet.time_base) < 1
            again = av.Packet(b"\xff" * packet.size if bad else bytes(packet))
            again.pts, again.dts, again.time_base = packet.pts, packet.dts, packet.time_base
            again.stream = streams[packet.stream_index]
            again.is_keyframe = packet.is_keyframe
            target.mux(again)
    done = kit.join(Clip(path, "matroska"))
    assert any("Clip 1 has damaged sound" in warning for warning in done.warnings)
    movie = kit.look()
    assert movie.loudness(0.05, 0.45, 1000.0) > LOUD
    assert movie.loudness(1.1, 1.9, 1000.0) > LOUD
    assert len(movie.frames) == 50
