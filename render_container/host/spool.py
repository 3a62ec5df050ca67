"""Where everything is in the spool, and who of both sides may do the next thing.

docs/host-agent.md is the whole protocol.
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
    """One request, and what both sides write because of it. Its name is never used again."""

    folder: Path

    @property
    def request(self) -> Path:
        """The client's, once. While it is there, the client wants the render."""
        return self.folder / "request.json"

    @property
    def cancel(self) -> Path:
        """The client's; its existence says it all."""
        return self.folder / "cancel"

    @property
    def result(self) -> Path:
        """The agent's, once; it is the end."""
        return self.folder / "result.json"

    def log(self, run: int) -> Path:
        """The agent's: the lines of one run, each as a string in JSON."""
        return self.folder / f"log-{run}.jsonl"

    def content(self) -> bytes:
        """The request as it was written. Raises OSError."""
        return patiently(lambda: read_plain(self.request, SIZE_LIMIT))

    @property
    def wanted(self) -> bool:
        """Whether it waits for its end.

        A client that leaves takes the request away before the result, so that this order of looks
        never takes something ended for something wanted.
        """
        return not self.result.exists() and self.request.exists()

    def last_turn(self) -> tuple[int, Side | None]:
        """Number of the last turn, and whose it is; 0 and None before the first."""
        numbers = [
            int(match[1])
            for entry in _names(self.folder)
            if (match := _TURN.fullmatch(entry)) is not None
        ]
        if not numbers:
            return 0, None
        return max(numbers), self._side(max(numbers))

    def take_turn(self, number: int, side: Side) -> bool:
        """Take a turn: the agent's is a run, the client's is the end of all runs.

        False if the other side has taken it, or the exchange is gone. Raises OSError.
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
        return "client"  # gone, or never ours: nothing is to be run


@dataclass(frozen=True)
class ClientFolder:
    """All that is one client's. It goes when the client ends, or is taken for dead."""

    folder: Path

    @property
    def beat(self) -> Path:
        """The client's heartbeat."""
        return self.folder / "beat"

    @property
    def work(self) -> Path:
        """The client's files; the engine reads and writes here."""
        return self.folder / "work"

    def new_exchange(self) -> Exchange:
        """Raises OSError if the client's folder is gone."""
        exchange = Exchange(self.folder / f"x-{secrets.token_hex(4)}")
        exchange.folder.mkdir()
        return exchange

    def exchanges(self) -> list[Exchange]:
        """Those that are there."""
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
        """Held by the agent while it lives."""
        return self.root / "agent.lock"

    @property
    def beat(self) -> Path:
        """The agent's heartbeat."""
        return self.root / "agent.beat"

    @property
    def clients(self) -> Path:
        """One folder a client."""
        return self.root / "clients"

    def client(self, identifier: str) -> ClientFolder:
        """A client's folder, whether it is there or not."""
        return ClientFolder(self.clients / identifier)

    def client_folders(self) -> Iterator[ClientFolder]:
        """Whatever lies where clients' folders are."""
        return (ClientFolder(self.clients / name) for name in _names(self.clients))


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
