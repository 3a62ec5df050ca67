"""Running of blocking calls in threads.

While they run, the module regularly checks whether the attempt has been cancelled or replaced.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

PARALLEL = 4
TICK = 0.1  # seconds between two checks of the attempt
GRACE = 1.0  # seconds for an abandoned task to clean up

Check = Callable[[], None]
"""Function that is called often during work. It raises an exception if the work must stop."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_parallel(
    items: Sequence[_Item],
    task: Callable[[_Item, Check], _Result],
    *,
    check: Check,
    progress: Callable[[float], None],
) -> list[_Result]:
    """Run `task` on each item, PARALLEL at a time, and return the results in the items' order.

    `task` gets the item and a `Check`, which it must call often. `progress` gets the share of
    finished items, 0 to 1.

    Raises the error of the first item, in this order, that fails, or the exception that `check`
    raises. The other tasks are then abandoned: their threads may still wait for a server, but this
    function does not wait for them.
    """
    given_up = Event()

    def still_wanted() -> None:
        check()
        if given_up.is_set():
            raise CancelledError

    pool = ThreadPoolExecutor(PARALLEL)
    try:
        futures = [pool.submit(task, item, still_wanted) for item in items]
        results = []
        for future in futures:
            results.append(_awaited(future, check))
            progress(len(results) / len(items))
        return results
    finally:
        given_up.set()
        pool.shutdown(wait=False, cancel_futures=True)


def away(task: Callable[[], _Result], *, check: Check) -> _Result:
    """Run `task` in a thread of its own and return its result. Call `check` every TICK seconds.

    If `check` raises, waits at most GRACE seconds for the task, abandons its thread, and raises the
    exception.
    """
    pool = ThreadPoolExecutor(1)
    future = pool.submit(task)
    try:
        return _awaited(future, check)
    finally:
        wait([future], timeout=GRACE)
        pool.shutdown(wait=False)


def _awaited(future: "Future[_Result]", check: Check) -> _Result:
    while not wait([future], timeout=TICK).done:
        check()
    return future.result()
