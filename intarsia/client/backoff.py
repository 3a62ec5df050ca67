"""Retry policy: the number of tries and the pauses between them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff: the pause doubles after each failed try."""

    tries: int = 5
    """Maximum number of tries, the first one included."""
    first: float = 0.3
    """Pause after the first failed try, in seconds."""

    def pauses(self) -> Iterator[float | None]:
        """Yield the seconds to wait after each failed try; None after the last one."""
        for number in range(self.tries - 1):
            yield self.first * 2**number
        yield None
