"""Waiting for what may hang without losing sight of the attempt."""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

PARALLEL = 4
TICK = 0.1  # seconds between two looks at the attempt
GRACE = 1.0  # seconds for what was given up to clean up behind itself

Check = Callable[[], None]
"""Called all the time; raises when the work is to be given up."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_parallel(
    items: Sequence[_Item],
    task: Callable[[_Item, Check], _Result],
    *,
    check: Check,
    progress: Callable[[float], None],
) -> list[_Result]:
    """What `task` makes of each item, PARALLEL at a time.

    The first item that fails, in their order, is the one whose error is raised; the others are
    given up. Their threads may still wait for a server, but nothing waits for them.
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
    """What `task` returns, done in a thread of its own; left to itself when `check` raises."""
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
