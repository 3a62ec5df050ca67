"""Looking again and again until something has happened."""

import time
from collections.abc import Iterator
from time import sleep

from intarsia.client.errors import WaitTimeoutError


def looks(what: str, *, poll: float, timeout: float | None) -> Iterator[None]:
    """Yield at once, then every `poll` seconds.

    Raises WaitTimeoutError after `timeout` seconds; None waits for ever.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        yield
        if deadline is not None and time.monotonic() + poll > deadline:
            raise WaitTimeoutError(f"{what} within {timeout:g} s")
        sleep(poll)
