"""A token bucket, the algorithm by which AWS throttles calls."""


class Bucket:
    """A bucket of up to `size` tokens, of which `rate` are restored each second."""

    def __init__(self, size: float, rate: float) -> None:
        self._size, self._rate = size, rate
        self._tokens, self._at = size, 0.0
        self.refused = 0
        """Number of calls for which there were too few tokens."""

    def take(self, now: float, tokens: float = 1) -> bool:
        """Take tokens at `now` (seconds); return False, taking none, if there are too few."""
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < tokens:
            self.refused += 1
            return False
        self._tokens -= tokens
        return True
