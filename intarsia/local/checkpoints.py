"""Saving the emulator's state while it runs, so that a killed process loses seconds, not days."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import persistence

ATTEMPTS = 5
"""How often a service is asked for its state while it keeps changing under the copy."""

MAX_SHARE = 0.2
"""Share of the time that saving may take; with a large state checkpoints become rarer."""

logger = logging.getLogger("checkpoints")


class Checkpoints:
    """Saves all services' state every `interval` seconds, and when asked to.

    The emulator itself saves at a clean shutdown only. Nothing is saved before `start`: until their
    state has been loaded the services are empty, and a save would overwrite it.
    """

    def __init__(self, interval: float, before: Callable[[], None]) -> None:
        self._interval = interval
        self._before = before
        # Two writers would share the temporary file that a state is written to.
        self._lock = threading.Lock()
        self._loaded = False
        self._closed = False
        self._requested = threading.Event()
        self.completed: Callable[[float], None] = lambda _started: None
        """Called after each checkpoint with the time (seconds since the epoch) it began."""

    def start(self) -> None:
        """Start the thread that saves. Call it once the state has been loaded."""
        with self._lock:
            self._loaded = True
        threading.Thread(target=self._run, name="checkpoints", daemon=True).start()

    def request(self) -> None:
        """Make the next checkpoint at once."""
        self._requested.set()

    def save_for_good(self, services: Mapping[str, Callable[[], Any]]) -> None:
        """The last save, at shutdown; no checkpoint follows it."""
        with self._lock:
            if self._loaded and not self._closed:
                self._closed = True
                _save(services)

    def save_and_close(self) -> None:
        """Save for the last time when the regular shutdown hangs. Safe in any thread."""
        self.save_for_good(app._build_persistence_save_dict())  # noqa: SLF001

    def _run(self) -> None:
        pause = self._interval
        while True:
            self._requested.wait(pause)
            self._requested.clear()
            started = time.time()
            with self._lock:
                if self._closed:
                    return
                self._before()
                _save(app._build_persistence_save_dict())  # noqa: SLF001
            self.completed(started)
            pause = max(self._interval, (time.time() - started) / MAX_SHARE)


def _save(services: Mapping[str, Callable[[], Any]]) -> None:
    for name, get_state in services.items():
        state = _steady(name, get_state)
        # None is a service that could not be imported: its file stays.
        if state is not None:
            persistence.save_state(name, state)


def _steady(name: str, get_state: Callable[[], Any]) -> Any:
    for _attempt in range(ATTEMPTS):
        try:
            return get_state()
        except RuntimeError as error:  # a dictionary changed size during the copy
            last = error
    logger.warning("%s was too busy to be saved: %s", name, last)
    return None
