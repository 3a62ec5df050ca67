"""Sound sources for movies."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 48_000  # samples per second
Samples = NDArray[np.float32]
"""2 x samples (left, right); 1.0 is full scale."""


class SoundSource(Protocol):
    """Sound that is read in chunks."""

    @property
    def length(self) -> int:
        """Total number of samples."""

    def take(self, count: int) -> Samples:
        """Return the next `count` samples; a caller takes no more than `length` in all."""


class HeldSound:
    """Sound that is held in memory as a whole."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._taken = 0

    @property
    def length(self) -> int:
        """Total number of samples."""
        return int(self._samples.shape[1])

    def take(self, count: int) -> Samples:
        """Return the next `count` samples, fewer at the end."""
        taken: Samples = self._samples[:, self._taken : self._taken + count]
        self._taken += taken.shape[1]
        return taken
