"""Sound that is written beside pictures."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 48_000  # samples per second
Samples = NDArray[np.float32]
"""2 x samples, left and right, 1.0 being full scale."""


class SoundSource(Protocol):
    """Sound that is taken bit by bit."""

    @property
    def length(self) -> int:
        """Samples in all."""

    def take(self, count: int) -> Samples:
        """The next `count` samples; no more than `length` are asked for in all."""


class HeldSound:
    """Sound that is in memory as a whole."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._taken = 0

    @property
    def length(self) -> int:
        """Samples in all."""
        return int(self._samples.shape[1])

    def take(self, count: int) -> Samples:
        """The next `count` samples."""
        taken: Samples = self._samples[:, self._taken : self._taken + count]
        self._taken += taken.shape[1]
        return taken
