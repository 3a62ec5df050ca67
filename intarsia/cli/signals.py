"""Handling of SIGINT and SIGTERM by a callback instead of an exception."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def calling(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in a separate thread at the first SIGINT or SIGTERM; ignore later ones.

    No exception is raised in the main thread, where it could interrupt the cleanup at any
    instruction. The handlers replace an inherited SIG_IGN: a shell script starts background jobs
    with SIGINT ignored, and `kill -INT` could not end them. After the block both signals are
    ignored, so that the process exits undisturbed. Call it in the main thread, as a context
    manager.
    """
    # SimpleQueue.put is reentrant; Event.set in a signal handler could deadlock.
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
