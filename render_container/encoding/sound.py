"""Sound sources for movies."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 48_000  # samples per second
Samples = NDArray[np.float32]
"""Stereo sound: 2 rows (left, right), one column per sample; 1.0 is full scale."""


class SoundSource(Protocol):
    """Stereo sound at SAMPLE_RATE that is read in chunks, from its beginning to its end."""

    @property
    def length(self) -> int:
        """Total number of samples of each channel."""

    def take(self, count: int) -> Samples:
        """Return the next `count` samples. A caller must take no more than `length` in all."""


class HeldSound:
    """A SoundSource whose samples are all held in memory."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._taken = 0

    @property
    def length(self) -> int:
        """Total number of samples of each channel."""
        return int(self._samples.shape[1])

    def take(self, count: int) -> Samples:
        """Return the next `count` samples, or fewer if the sound ends before."""
        taken: Samples = self._samples[:, self._taken : self._taken + count]
        self._taken += taken.shape[1]
        return taken
