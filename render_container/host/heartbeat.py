"""Heartbeats: files whose changing content shows that their writer lives."""

import itertools
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

from render_container.host.files import open_new, patiently, read_plain

SIZE = 32  # bytes
_QUARTER = 0.25


class Heart:
    """Writer of a heartbeat.

    Beats are written in place. A reader may see a partial one, which counts as a change too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._life = secrets.token_hex(6)
        self._count = itertools.count()

    def start(self) -> None:
        """Create the file if there is none, and beat. Raises OSError."""
        with suppress(FileExistsError), open_new(self._path):
            pass
        self.beat()

    def beat(self) -> None:
        """Change the file. Raises FileNotFoundError if it is gone, and does not recreate it."""

        def write() -> None:
            with self._path.open("r+b", buffering=0) as file:
                file.write(f"{self._life} {next(self._count)}".ljust(SIZE).encode())

        patiently(write)


class Pulse:
    """Reader of a heartbeat, on the reader's own clock; `bound` is in seconds.

    One look adds at most a quarter of the bound to the silence. So a reader that was itself held
    up (a busy or suspended machine) does not take its writer for dead.
    """

    def __init__(self, path: Path, bound: float) -> None:
        self._path = path
        self._bound = bound
        self._content: bytes | None = None
        self._looked: float | None = None
        self._silence = 0.0
        self.seen = False
        """True if there was a beat since the first look."""

    def look(self, now: float) -> None:
        """Read the file and update the silence; `now` is in seconds of any monotonic clock."""
        content: bytes | None = None
        with suppress(OSError):
            content = read_plain(self._path, SIZE)
        if self._looked is None:
            self._content = content
        elif content is not None and content != self._content:
            self._content, self._silence, self.seen = content, 0.0, True
        else:
            self._silence += min(now - self._looked, self._bound * _QUARTER)
        self._looked = now

    @property
    def stale(self) -> bool:
        """Return whether the writer counts as dead."""
        return self._silence >= self._bound

    def wait_again(self) -> None:
        """Reset the silence, so that the whole bound starts again."""
        self._silence = 0.0


class Beating:
    """Context manager that beats in its own thread, until exit or until the file is gone."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._heart = Heart(path)
        self._seconds = seconds
        self._ended = Event()
        self._thread = Thread(target=self._run, name="spool heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._heart.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._heart.beat()
            except FileNotFoundError:
                return
            except OSError:  # such as a full disk: the next may succeed
                continue
