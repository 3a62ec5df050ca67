"""Periodic saves of the emulator's state: a killed process loses seconds of work, not days."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence

from intarsia.local.save_reports import LONGEST_ERROR, SaveReport

ATTEMPTS = 5
"""Maximum number of tries to copy the state of a service, which fails if a request changes it
meanwhile."""

MAX_SHARE = 0.2
"""Largest share of the time that is spent on saving. If a large state takes long to save, the
pauses between checkpoints are longer."""

logger = logging.getLogger("checkpoints")

Services = Mapping[str, Callable[[], Any]]
"""Functions that return a service's state, by the service's name."""


class Checkpoints:
    """Saves of all emulated services' state: every `interval` seconds, on request, and at shutdown.

    The emulator itself saves only at a clean shutdown. Nothing is saved before `start`: until their
    state has been loaded the services are empty, and a save would overwrite the stored state.
    `before` is called before each save except the last.

    A save that fails leaves the state of the last complete one, is reported, and is tried again
    after the next pause.
    """

    def __init__(self, interval: float, before: Callable[[], None]) -> None:
        self._interval = interval
        self._before = before
        # Two simultaneous saves would write to the same temporary files.
        self._lock = threading.Lock()
        self._loaded = False
        self._closed = False
        self._requests = 0
        self._requested = threading.Event()
        self.report: Callable[[SaveReport], None] = lambda _report: None
        """Function called after each save with its result. It must not raise an error."""

    def start(self) -> None:
        """Start the thread that saves. Call it once the emulator has loaded its state."""
        with self._lock:
            self._loaded = True
        threading.Thread(target=self._run, name="checkpoints", daemon=True).start()

    def request(self, number: int = 1) -> None:
        """Request an immediate save (checkpoint), without waiting for it.

        `number` is the number of requests. Call it in one thread only.
        """
        self._requests += number
        self._requested.set()

    def save_for_good(self, services: Services) -> None:
        """Save for the last time, at shutdown; no checkpoint follows.

        Does nothing before `start` and after another last save.
        """
        with self._lock:
            if self._loaded and not self._closed:
                self._closed = True
                self._save(services, before=lambda: None)

    def save_and_close(self) -> None:
        """Save all services for the last time if the regular shutdown hangs. Safe in any thread."""
        self.save_for_good(app._build_persistence_save_dict())  # noqa: SLF001

    def _run(self) -> None:
        pause = self._interval
        while True:
            self._requested.wait(pause)
            self._requested.clear()
            began = time.monotonic()
            with self._lock:
                if self._closed:
                    return
                self._save(app._build_persistence_save_dict(), self._before)  # noqa: SLF001
            pause = max(self._interval, (time.monotonic() - began) / MAX_SHARE)

    def _save(self, services: Services, before: Callable[[], None]) -> None:
        """Save and report the result. Raises no error: the next save may succeed."""
        requests = self._requests
        began = time.monotonic()
        error = None
        try:
            before()
            save(services, Path(persistence.STATE_DIR))
        except OSError as failure:
            error = f"{failure.filename or persistence.STATE_DIR}: {failure.strerror}"
            logger.error("the state is not saved, and will be tried again: %s", error)  # noqa: TRY400
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            logger.exception("the state is not saved, and will be tried again")
        took = time.monotonic() - began
        self.report(SaveReport(requests, error and error[:LONGEST_ERROR], took))


def save(services: Services, folder: Path) -> None:
    """Save the state of services as files in `folder`: of all or, after an error, of none.

    Raises OSError with the file's name if one cannot be written. A service without a state, or
    whose state cannot be copied, is left out: its file stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drafts: dict[str, Path] = {name: folder / f"{name}.json.tmp" for name in services}
    try:
        written = [name for name, draft in drafts.items() if _write(name, services[name], draft)]
        for name in written:
            drafts[name].replace(folder / f"{name}.json")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _write(name: str, get_state: Callable[[], Any], draft: Path) -> bool:
    """Write a service's state to the file `draft`; return False if it is left out.

    Not with MiniStack's `save_state`, which logs its errors and returns as if it had saved.
    """
    for _attempt in range(ATTEMPTS):
        try:
            state = get_state()
            if state is not None:  # None: the service could not be imported or was too busy
                _dump(name, state, draft)
        except RuntimeError as error:  # a dictionary changed size during the copy
            last: Exception = error
        except (TypeError, ValueError):
            logger.exception("%s cannot be saved", name)
            return False
        else:
            return state is not None
    logger.warning("%s changed too often to be saved in this checkpoint: %s", name, last)
    return False


def _dump(name: str, state: Any, draft: Path) -> None:
    version = persistence._state_format_version(name)  # noqa: SLF001
    content = {"__ministack_format__": version, "payload": state}
    try:
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file, default=persistence._json_default)  # noqa: SLF001
    except OSError as error:  # of a write, which does not name the file
        raise OSError(error.errno, error.strerror, str(draft)) from error
