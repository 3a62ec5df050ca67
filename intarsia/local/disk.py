"""Messages about a state that cannot be saved, most often because the disk is full."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from intarsia.local.errors import StateFileError, StateNotSavedError, StoppedError

FULL = (errno.ENOSPC, errno.EDQUOT)

SMALL = 1_000_000
"""Bytes of free space below which any error of `up` is attributed to the full disk."""

REMEDY = "free space on the disk, or make the folder writable"


class SaveWatch:
    """Warnings when saves of the state begin to fail, and when they succeed again."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        """`warn` is called with each message."""
        self._warn = warn
        self._failing = False

    def see(self, error: str | None, saved_at: datetime | None) -> None:
        """Warn if the result of the last save, `error`, differs from the one before.

        `saved_at` is the time of the last successful save.
        """
        if error and not self._failing:
            self._warn(
                f"warning: the state is not saved: {error}. A stop would lose everything "
                f"{_since(saved_at)}. To prevent this, {REMEDY}: the save is tried again every few "
                "seconds"
            )
        elif self._failing and not error:
            self._warn("the state is saved again")
        self._failing = error is not None


def lost(error: str, saved_at: datetime | None) -> StateNotSavedError:
    """Return the error for a stack that has stopped without saving its state.

    `error` is the reason, and `saved_at` the time of the last successful save.
    """
    return StateNotSavedError(
        f"the stack has stopped, but its state was not saved: {error}. Templates, jobs and other "
        f"data created or changed {_since(saved_at)} are lost, and the next start continues from "
        f"the last save. Before it, {REMEDY}"
    )


@contextmanager
def naming_a_full_disk(state: Path) -> Iterator[None]:
    """Raise StateFileError for an error in the block if the disk of the folder `state` is full."""
    try:
        yield
    except (StateNotSavedError, StoppedError):
        raise
    except Exception as error:
        # The error of a function has the system's message as text.
        if any(os.strerror(number) in str(error) for number in FULL) or _free(state) < SMALL:
            raise StateFileError(
                f"{state.absolute()}: no space left on its disk: free some, then start again "
                f"(the error was: {error})"
            ) from error
        raise


def _since(saved_at: datetime | None) -> str:
    return f"since {saved_at:%H:%M:%S}" if saved_at else "since the start"


def _free(state: Path) -> float:
    there = state.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free
