"""Reader of animated GIF and WebP files, whose pictures each have a duration of their own."""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np
from PIL import Image

from render_container.stitching.clips import SIDE_LIMIT
from render_container.stitching.sound import Sound
from render_container.worker.conform.errors import ConformError
from render_container.worker.conform.pictures import Shown
from render_container.worker.parallel import Check

_DEFAULT: Final = 100  # milliseconds; browsers use it in place of 10 or less
_SHORTEST: Final = 10  # milliseconds
_RATES: Final = (10, 60)  # frames a second


class Animation:
    """Source (`Moving`) of the pictures of an animated file, without the animation's repetitions.

    A context manager that closes the file. Raises ConformError if a side of the pictures is longer
    than SIDE_LIMIT.

    Args:
        path: the animated file.
        reader: Pillow's name of the file's format.
        check: called often; raises if the work must stop.
    """

    alpha = True
    aspect = Fraction(1)

    def __init__(self, path: Path, reader: str, check: Check) -> None:
        self._check = check
        opened: Any = Image.open(path, formats=[reader])
        self._image = opened
        if max(self._image.size) > SIDE_LIMIT:
            self._image.close()
            raise ConformError(f"is too large: more than {SIDE_LIMIT} pixels a side")
        count: int = self._image.n_frames
        self._durations = [self._duration(number) for number in range(count)]
        self.rate = _rate(self._durations)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._image.close()

    def shown(self) -> Iterator[Shown]:
        """Yield complete pictures, composed from the partial ones that GIF and WebP store."""
        until = 0
        for number, duration in enumerate(self._durations):
            self._check()
            self._image.seek(number)
            pixels = np.ascontiguousarray(self._image.convert("RGBA"))
            until += duration
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
            yield Shown(frame, Fraction(until, 1000))

    def sound(self) -> AbstractContextManager[Sound] | None:
        """Return None: an animation has no sound."""
        return None

    def _duration(self, number: int) -> int:
        """Return the duration in milliseconds of picture `number`, counted from 0."""
        self._check()
        self._image.seek(number)
        self._image.load()
        duration = int(self._image.info.get("duration") or 0)
        return duration if duration > _SHORTEST else _DEFAULT


def _rate(durations: list[int]) -> Fraction:
    """Return the lowest frame rate that reproduces every duration (milliseconds) exactly.

    A rate below the minimum in _RATES is replaced by its smallest multiple within the limits. A
    rate above the maximum is replaced by the maximum, which only approximates the durations.
    """
    least, most = _RATES
    rate = Fraction(1000, math.gcd(*durations))
    if rate < least:
        rate *= math.ceil(least / rate)
    return min(rate, Fraction(most))
