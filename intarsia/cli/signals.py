"""Ctrl-C and `kill` as a call of a function."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def calling(stop: Callable[[], None]) -> Iterator[None]:
    """Have the first SIGINT or SIGTERM call `stop`, in a thread of its own; ignore later ones.

    No exception is raised in the main thread, which could come between any two instructions of
    what tidies up. A signal that the process was started to ignore counts as well: a shell starts
    background jobs of a script so, and `kill -INT` could not end them. Both stay ignored after
    the block, for the process to exit undisturbed. For the main thread.
    """
    # Its `put` may be called in a signal handler; an Event's `set` could wait for ever there.
    received: SimpleQueue[int] = SimpleQueue()

    def await_first() -> None:
        received.get()
        stop()

    threading.Thread(target=await_first, name="signals", daemon=True).start()
    for each in STOPPING:
        signal.signal(each, lambda number, _frame: received.put(number))
    try:
        yield
    finally:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
