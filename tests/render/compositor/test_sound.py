"""The sound track: sample by sample."""

import numpy as np
import pytest

from render_container.compositor.audio import SAMPLE_RATE


def clicks(*samples, seconds=1.0, channels=2):
    """Silence with single full samples."""
    track = np.zeros((channels, int(seconds * SAMPLE_RATE)))
    track[:, list(samples)] = 0.8
    return track


@pytest.fixture
def sound(studio, decode, tmp_path):
    """Renders `main` to ProRes with PCM and gives the samples."""

    def render(*flags):
        path = tmp_path / "out.mov"
        studio.run("-output", str(path), "-OMtemplate", "video_prores_422", *flags)
        return decode(path).sound

    return render


def where(samples, side=0):
    return np.flatnonzero(np.abs(samples[side]) > 0.1).tolist()


def test_sound_is_placed_to_the_sample_and_as_long_as_the_picture(studio, sound, wave):
    comp = studio.comp(seconds=0.6)
    comp.add(studio.footage(wave(clicks(0, 1000, 20_000)))).start_time = 0.2
    samples = sound()
    assert samples.shape == (2, int(0.6 * SAMPLE_RATE))
    assert where(samples) == where(samples, 1) == [9600, 10_600]
    assert samples[0, 9600] == pytest.approx(0.8, abs=1e-3)


def test_in_and_out_points_cut_sound(studio, sound, wave):
    layer = studio.comp().add(studio.footage(wave(clicks(*range(0, 48_000, 4800)))))
    layer.in_point, layer.out_point = 0.2, 0.5
    assert where(sound()) == [9600, 14_400, 19_200]


def test_a_range_takes_its_part_of_the_sound(studio, sound, wave):
    studio.comp().add(studio.footage(wave(clicks(*range(0, 48_000, 4800)))))
    samples = sound("-s", "5", "-e", "14")
    assert samples.shape[1] == 10 * 1920
    assert where(samples) == [0, 4800, 9600, 14_400]


def test_levels_are_decibels_and_layers_add_up(studio, sound, wave):
    comp = studio.comp()
    half = studio.footage(wave(np.full((2, 48_000), 0.2)))
    comp.add(half)
    quiet = comp.add(half)
    quiet["ADBE Audio Group"]["ADBE Audio Levels"].value = [-20, -192]
    samples = sound()
    assert samples[0, 5000] == pytest.approx(0.2 + 0.02, abs=2e-3)
    assert samples[1, 5000] == pytest.approx(0.2, abs=2e-3)


def test_levels_fade(studio, sound, wave):
    layer = studio.comp().add(studio.footage(wave(np.full((2, 48_000), 0.5))))
    levels = layer["ADBE Audio Group"]["ADBE Audio Levels"]
    levels.set_value_at_time(0, [0, 0])
    levels.set_value_at_time(0.5, [-20, -20])
    samples = sound()
    assert samples[0, 12_000] == pytest.approx(0.5 * 10**-0.5, abs=0.01)
    assert samples[0, 30_000] == pytest.approx(0.05, abs=0.002)


def test_sound_of_nested_comps_follows_their_time(studio, sound, wave):
    inner = studio.comp("inner")
    inner.add(studio.footage(wave(clicks(4800)))).start_time = 0.1
    studio.comp().add(inner).start_time = 0.2
    assert where(sound()) == [4800 + 4800 + 9600]


def test_stretched_sound_is_slower(studio, sound, wave):
    layer = studio.comp().add(studio.footage(wave(clicks(4800))))
    layer.stretch = 200
    samples = sound()
    assert int(np.argmax(samples[0])) == 9600
    assert samples[0, [9598, 9602]].tolist() == [0, 0]


def test_mono_plays_on_both_sides_at_full_level(studio, sound, wave):
    studio.comp().add(studio.footage(wave(np.full((1, 48_000), 0.4))))
    samples = sound()
    assert samples[:, 100].tolist() == pytest.approx([0.4, 0.4], abs=1e-3)


def test_another_sample_rate_is_converted(studio, sound, wave):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(44_100) / 44_100)
    studio.comp().add(studio.footage(wave(np.stack([tone, tone]), rate=44_100)))
    samples = sound()[0]
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    assert np.abs(samples[2000:40_000] - expected[2000:40_000]).max() < 0.01


def test_muted_and_unsoloed_layers_are_silent(studio, sound, wave):
    comp = studio.comp()
    item = studio.footage(wave(np.full((2, 48_000), 0.2)))
    comp.add(item).audio_enabled = False
    comp.add(item).solo = True
    comp.add(item)
    assert sound()[0, 100] == pytest.approx(0.2, abs=1e-3)


def test_sound_off_or_none_makes_no_stream(studio, sound, wave):
    comp = studio.comp()
    studio.solid(comp)
    assert sound() is None
    comp.add(studio.footage(wave(clicks(100))))
    assert sound("-sound", "OFF") is None


def test_aac_in_mp4_starts_at_the_same_sample(studio, decode, wave, tmp_path):
    time = np.arange(2400) / SAMPLE_RATE
    burst = np.zeros((2, 48_000))
    burst[:, 24_000:26_400] = 0.5 * np.sin(2 * np.pi * (300 + 40_000 * time) * time)
    studio.comp().add(studio.footage(wave(burst)))
    path = tmp_path / "out.mp4"
    studio.run("-output", str(path))
    movie = decode(path)
    assert movie.streams["audio"]["codec"] == "aac"
    samples = movie.sound[0, :48_000]
    scores = np.correlate(samples[22_800:27_600], burst[0, 24_000:26_400], mode="valid")
    assert abs(int(np.argmax(scores)) - 1200) <= 1
