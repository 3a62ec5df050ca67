"""The spool, a folder that the host agent and its clients share: its layout and its turns.

A turn is a file that only one side can create. It decides whether the agent begins a run of a
request, or the client ends the request. docs/host-agent.md describes the whole protocol.
"""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from render_container.host.files import is_link, patiently, publish_once, read_plain
from render_container.host.request import SIZE_LIMIT

Side = Literal["agent", "client"]

_EXCHANGE = re.compile(r"x-[0-9a-f]{8}")
_TURN = re.compile(r"turn-(\d{1,4})")
_TURN_SIZE = 64  # largest size of a turn's file, in bytes


@dataclass(frozen=True)
class Exchange:
    """The folder of one request, with all files that client and agent write for it.

    Its name is never used again.
    """

    folder: Path

    @property
    def request(self) -> Path:
        """Path of the request. The client writes it once, and wants the render while it exists."""
        return self.folder / "request.json"

    @property
    def cancel(self) -> Path:
        """Path of an empty file that the client creates to cancel a run that has begun."""
        return self.folder / "cancel"

    @property
    def result(self) -> Path:
        """Path of the result. The agent writes it once, which ends the exchange."""
        return self.folder / "result.json"

    def log(self, run: int) -> Path:
        """Return the path of the log of run number `run`, counted from 1.

        The agent writes one JSON string per line of the engine's output.
        """
        return self.folder / f"log-{run}.jsonl"

    def content(self) -> bytes:
        """Return the content of the request file. Raises OSError if it cannot be read."""
        return patiently(lambda: read_plain(self.request, SIZE_LIMIT))

    @property
    def wanted(self) -> bool:
        """Return whether the request still waits for its result.

        A client that leaves removes the request before the result. The result is checked first
        here, so an ended request never seems to be wanted.
        """
        return not self.result.exists() and self.request.exists()

    def last_turn(self) -> tuple[int, Side | None]:
        """Return the number of the last turn and the side that took it; 0 and None before any.

        A turn that cannot be read counts as the client's.
        """
        numbers = [
            int(match[1])
            for entry in _names(self.folder)
            if (match := _TURN.fullmatch(entry)) is not None
        ]
        if not numbers:
            return 0, None
        return max(numbers), self._side(max(numbers))

    def take_turn(self, number: int, side: Side) -> bool:
        """Take turn `number` for `side`.

        Returns True, or False if the turn is taken already or the exchange no longer exists. An
        agent's turn begins the run of this number; after a client's turn no run can begin. Raises
        OSError if the turn's file cannot be written.
        """
        try:
            return publish_once(self._turn(number), json.dumps(side).encode())
        except FileNotFoundError:
            return False

    def _turn(self, number: int) -> Path:
        return self.folder / f"turn-{number}"

    def _side(self, number: int) -> Side:
        with suppress(OSError):
            content = patiently(lambda: read_plain(self._turn(number), _TURN_SIZE))
            return "agent" if content == b'"agent"' else "client"
        return "client"  # unreadable: as the client's turn, it prevents a run


@dataclass(frozen=True)
class ClientFolder:
    """The folder of one client, removed when the client ends or counts as dead."""

    folder: Path

    @property
    def beat(self) -> Path:
        """Path of the client's heartbeat file."""
        return self.folder / "beat"

    @property
    def work(self) -> Path:
        """Path of the folder of the client's files, which the engine reads and writes."""
        return self.folder / "work"

    def new_exchange(self) -> Exchange:
        """Create an exchange with a random name. Raises OSError if the client's folder is gone."""
        exchange = Exchange(self.folder / f"x-{secrets.token_hex(4)}")
        exchange.folder.mkdir()
        return exchange

    def exchanges(self) -> list[Exchange]:
        """Return the client's exchanges, sorted by name, without any that are links."""
        return [
            Exchange(self.folder / name)
            for name in _names(self.folder)
            if _EXCHANGE.fullmatch(name) and not is_link(self.folder / name)
        ]


@dataclass(frozen=True)
class Spool:
    """The folder that the agent and its clients, the workers, share; `root` is its path.

    The path must be the same for all of them.
    """

    root: Path

    @property
    def lock(self) -> Path:
        """Path of the file that the agent keeps locked while it is alive."""
        return self.root / "agent.lock"

    @property
    def beat(self) -> Path:
        """Path of the agent's heartbeat file."""
        return self.root / "agent.beat"

    @property
    def clients(self) -> Path:
        """Path of the folder that contains one folder per client."""
        return self.root / "clients"

    def client(self, identifier: str) -> ClientFolder:
        """Return the folder of the client named `identifier`; it may not exist."""
        return ClientFolder(self.clients / identifier)

    def client_folders(self) -> Iterator[ClientFolder]:
        """Return every entry of the folder `clients`, sorted by name.

        Some may not be clients' folders, because containers can write there.
        """
        return (ClientFolder(self.clients / name) for name in _names(self.clients))


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
