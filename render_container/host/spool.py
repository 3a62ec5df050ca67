"""The spool: its layout, and the turns that decide which side acts next.

docs/host-agent.md describes the whole protocol.
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
_TURN_SIZE = 64  # bytes


@dataclass(frozen=True)
class Exchange:
    """One request and the files that both sides write for it. Its name is never used again."""

    folder: Path

    @property
    def request(self) -> Path:
        """The request, written once by the client, which wants the render while the file exists."""
        return self.folder / "request.json"

    @property
    def cancel(self) -> Path:
        """An empty file; its existence is the client's request to stop."""
        return self.folder / "cancel"

    @property
    def result(self) -> Path:
        """The result, written once by the agent; it ends the exchange."""
        return self.folder / "result.json"

    def log(self, run: int) -> Path:
        """Return the path of the log of one run: the agent writes one JSON string per line."""
        return self.folder / f"log-{run}.jsonl"

    def content(self) -> bytes:
        """Return the content of the request file. Raises OSError."""
        return patiently(lambda: read_plain(self.request, SIZE_LIMIT))

    @property
    def wanted(self) -> bool:
        """Return whether the request still waits for its result.

        A client that leaves removes the request before the result. Because this checks the result
        first, it never takes an ended request for a wanted one.
        """
        return not self.result.exists() and self.request.exists()

    def last_turn(self) -> tuple[int, Side | None]:
        """Return the number and side of the last turn; 0 and None before the first."""
        numbers = [
            int(match[1])
            for entry in _names(self.folder)
            if (match := _TURN.fullmatch(entry)) is not None
        ]
        if not numbers:
            return 0, None
        return max(numbers), self._side(max(numbers))

    def take_turn(self, number: int, side: Side) -> bool:
        """Take a turn; return False if the turn is taken already or the exchange is gone.

        An agent's turn begins a run; a client's turn ends all runs. Raises OSError.
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
    """All files of one client, removed when the client ends or counts as dead."""

    folder: Path

    @property
    def beat(self) -> Path:
        """The client's heartbeat file."""
        return self.folder / "beat"

    @property
    def work(self) -> Path:
        """The folder of the client's files, which the engine reads and writes."""
        return self.folder / "work"

    def new_exchange(self) -> Exchange:
        """Create an exchange with a random name. Raises OSError if the client's folder is gone."""
        exchange = Exchange(self.folder / f"x-{secrets.token_hex(4)}")
        exchange.folder.mkdir()
        return exchange

    def exchanges(self) -> list[Exchange]:
        """Return the client's exchanges, sorted by name; links are left out."""
        return [
            Exchange(self.folder / name)
            for name in _names(self.folder)
            if _EXCHANGE.fullmatch(name) and not is_link(self.folder / name)
        ]


@dataclass(frozen=True)
class Spool:
    """The folder that workers and the agent share, under the same path for both."""

    root: Path

    @property
    def lock(self) -> Path:
        """The file that the agent keeps locked while it lives."""
        return self.root / "agent.lock"

    @property
    def beat(self) -> Path:
        """The agent's heartbeat file."""
        return self.root / "agent.beat"

    @property
    def clients(self) -> Path:
        """The folder that holds one folder per client."""
        return self.root / "clients"

    def client(self, identifier: str) -> ClientFolder:
        """Return a client's folder, which may not exist."""
        return ClientFolder(self.clients / identifier)

    def client_folders(self) -> Iterator[ClientFolder]:
        """Return every entry of `clients`, sorted by name; some may not be clients' folders."""
        return (ClientFolder(self.clients / name) for name in _names(self.clients))


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
