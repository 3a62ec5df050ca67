"""A few struck bars of wood, as a WAV file."""

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

RATE = 48_000  # samples per second: After Effects' own default
_PEAK = 0.6


def write_tune(path: Path, notes: Iterable[tuple[float, float, float]], length: float) -> None:
    """Write `length` seconds of the notes as a WAV file, in 16-bit stereo.

    A note is (start in s, pitch in Hz, loudness 0-1). The last half second fades out.
    """
    frames = round(length * RATE)
    sound = np.zeros((frames, 2))
    for number, (start, pitch, loudness) in enumerate(notes):
        first = round(start * RATE)
        tone = _bar(pitch, frames - first) * loudness
        lean = 0.5 + 0.22 * (-1) ** number  # alternate a little to the left and to the right
        sound[first:] += tone[:, None] * np.array([1 - lean, lean])
    fade = min(frames, RATE // 2)
    sound[frames - fade :] *= np.linspace(1.0, 0.0, fade)[:, None] ** 2
    sound *= _PEAK / max(float(np.abs(sound).max()), 1e-9)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def _bar(pitch: float, samples: int) -> np.ndarray:
    """Return the sound of one bar, struck with a soft mallet: the tone and two overtones."""
    time = np.arange(samples) / RATE
    ring = 1.5 * (220.0 / pitch) ** 0.6  # seconds to fall to a third; low bars ring longer
    tone = np.sin(2 * np.pi * pitch * time) * np.exp(-time / ring)
    tone += 0.22 * np.sin(2 * np.pi * 3.93 * pitch * time) * np.exp(-time / (ring * 0.22))
    tone += 0.07 * np.sin(2 * np.pi * 9.5 * pitch * time) * np.exp(-time / (ring * 0.07))
    return np.asarray(tone * np.minimum(1.0, time / 0.004))
