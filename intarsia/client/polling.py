"""Polling at a fixed interval, with a timeout."""

import time
from collections.abc import Iterator
from time import sleep

from intarsia.client.errors import WaitTimeoutError


def looks(what: str, *, poll: float, timeout: float | None) -> Iterator[None]:
    """Yield immediately, and then every `poll` seconds.

    Raises WaitTimeoutError when the next poll would be later than `timeout` seconds after the
    first; None polls indefinitely. `what` begins the error message, such as `job 1 has not ended`.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        yield
        if deadline is not None and time.monotonic() + poll > deadline:
            raise WaitTimeoutError(f"{what} within {timeout:g} s")
        sleep(poll)
