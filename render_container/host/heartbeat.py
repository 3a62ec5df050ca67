"""Heartbeats: files that their writer changes regularly, as a sign that it is alive."""

import itertools
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

from render_container.host.files import open_new, patiently, read_plain

SIZE = 32  # bytes of a heartbeat file
_QUARTER = 0.25  # of the bound: the most silence that one look adds


class Heart:
    """Writer of the heartbeat file at `path`.

    The file is overwritten in place. A reader may find a partly written beat, which counts as a
    change too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._life = secrets.token_hex(6)
        self._count = itertools.count()

    def start(self) -> None:
        """Create the heartbeat file if there is none, and change it. Raises OSError on failure."""
        with suppress(FileExistsError), open_new(self._path):
            pass
        self.beat()

    def beat(self) -> None:
        """Change the heartbeat file. Raises OSError if it cannot be written.

        A file that no longer exists is not created again, but raises FileNotFoundError.
        """

        def write() -> None:
            with self._path.open("r+b", buffering=0) as file:
                file.write(f"{self._life} {next(self._count)}".ljust(SIZE).encode())

        patiently(write)


class Pulse:
    """Reader of the heartbeat file at `path`, which measures its writer's silence.

    The silence is the time without a change, on the reader's own clock. If it reaches `bound`
    seconds, the writer counts as dead. One look adds at most a quarter of the bound. So a reader
    that was itself delayed, on a busy or suspended machine, does not mistake its writer for dead.
    """

    def __init__(self, path: Path, bound: float) -> None:
        self._path = path
        self._bound = bound
        self._content: bytes | None = None
        self._looked: float | None = None
        self._silence = 0.0
        self.seen = False
        """Whether the heartbeat has changed since the first look."""

    def look(self, now: float) -> None:
        """Read the heartbeat file and update the silence.

        `now` is the current time in seconds of a monotonic clock, always the same one.
        """
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
        """Return whether the writer counts as dead, as of the last look."""
        return self._silence >= self._bound

    def wait_again(self) -> None:
        """Reset the silence to 0, so that the writer counts as dead only after the whole bound."""
        self._silence = 0.0


class Beating:
    """Context manager that writes the heartbeat file at `path` every `seconds`, in its own thread.

    Writing ends on exit, or earlier if the file no longer exists.
    """

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
            except OSError:  # such as a full disk: the next beat may succeed
                continue
