"""Periodic saves of the emulator's state: a killed process loses seconds of work, not days."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import persistence

ATTEMPTS = 5
"""Maximum number of tries to copy the state of a service, which fails if a request changes it
meanwhile."""

MAX_SHARE = 0.2
"""Largest share of the time that is spent on saving. If a large state takes long to save, the
pauses between checkpoints are longer."""

logger = logging.getLogger("checkpoints")


class Checkpoints:
    """Saves of all emulated services' state: every `interval` seconds, on request, and at shutdown.

    The emulator itself saves only at a clean shutdown. Nothing is saved before `start`: until their
    state has been loaded the services are empty, and a save would overwrite the stored state.
    `before` is called before each save except the last.
    """

    def __init__(self, interval: float, before: Callable[[], None]) -> None:
        self._interval = interval
        self._before = before
        # Two simultaneous saves would write to the same temporary files.
        self._lock = threading.Lock()
        self._loaded = False
        self._closed = False
        self._requested = threading.Event()
        self.completed: Callable[[float], None] = lambda _started: None
        """Function called after each checkpoint with the time at which it began (seconds since
        1970)."""

    def start(self) -> None:
        """Start the thread that saves. Call it once the emulator has loaded its state."""
        with self._lock:
            self._loaded = True
        threading.Thread(target=self._run, name="checkpoints", daemon=True).start()

    def request(self) -> None:
        """Request an immediate save (checkpoint), without waiting for it."""
        self._requested.set()

    def save_for_good(self, services: Mapping[str, Callable[[], Any]]) -> None:
        """Save for the last time, at shutdown; no checkpoint follows.

        `services` maps names to functions that return a service's state. Does nothing before
        `start` and after another last save.
        """
        with self._lock:
            if self._loaded and not self._closed:
                self._closed = True
                _save(services)

    def save_and_close(self) -> None:
        """Save all services for the last time if the regular shutdown hangs. Safe in any thread."""
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
        # None: the service could not be imported or was too busy. Its file stays.
        if state is not None:
            persistence.save_state(name, state)


def _steady(name: str, get_state: Callable[[], Any]) -> Any:
    for _attempt in range(ATTEMPTS):
        try:
            return get_state()
        except RuntimeError as error:  # a dictionary changed size during the copy
            last = error
    logger.warning("%s changed too often to be saved in this checkpoint: %s", name, last)
    return None
