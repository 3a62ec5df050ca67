"""How often something is tried again, and with which pauses."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """`tries` at the most, the pause between two of them doubling each time."""

    tries: int = 5
    first: float = 0.3  # seconds

    def pauses(self) -> Iterator[float | None]:
        """Seconds to wait after each try that fails; None after the last."""
        for number in range(self.tries - 1):
            yield self.first * 2**number
        yield None
