"""Clients of the host agent: which are alive, which requests wait, and which folders to remove."""

from dataclasses import dataclass
from pathlib import Path

from render_container.host.files import is_link
from render_container.host.heartbeat import Pulse
from render_container.host.spool import ClientFolder, Exchange, Spool


@dataclass(frozen=True)
class Arrival:
    """A request that has arrived in the spool: its exchange, and the client that sent it."""

    client: ClientFolder
    exchange: Exchange


class Attendance:
    """Record of a spool's clients and their requests, as of the last call of `look`.

    A client is dead if its heartbeat has not changed for `client_stale` seconds.
    """

    def __init__(self, spool: Spool, client_stale: float) -> None:
        self._spool = spool
        self._stale = client_stale
        self._pulses: dict[Path, Pulse] = {}
        self._arrivals: dict[Path, Arrival] = {}

    def look(self, now: float) -> None:
        """Update the record from the spool.

        `now` is the current time in seconds of a monotonic clock, always the same one.
        """
        clients = list(self._spool.client_folders())
        self._pulses = {
            client.folder: self._pulses.get(client.folder) or Pulse(client.beat, self._stale)
            for client in clients
        }
        for pulse in self._pulses.values():
            pulse.look(now)
        self._arrivals = self._arrived(clients)

    def dead(self) -> list[ClientFolder]:
        """Return the entries to remove from the folder of clients.

        These are links, and all entries whose heartbeat is missing or unchanged for `client_stale`
        seconds.
        """
        return [
            ClientFolder(folder)
            for folder, pulse in self._pulses.items()
            if pulse.stale or is_link(folder)
        ]

    def is_gone(self, client: ClientFolder) -> bool:
        """Return whether the client is dead or its folder no longer exists."""
        pulse = self._pulses.get(client.folder)
        return pulse is None or pulse.stale

    def waiting(self) -> list[Arrival]:
        """Return the requests to serve, in order of arrival.

        A client's requests are included only after its heartbeat has changed since the first look.
        So no render begins for a client that is dead already.
        """
        return [arrival for arrival in self._arrivals.values() if self._is_waiting(arrival)]

    def _is_waiting(self, arrival: Arrival) -> bool:
        pulse = self._pulses[arrival.client.folder]
        if not pulse.seen or pulse.stale or is_link(arrival.client.folder):
            return False
        return arrival.exchange.wanted and arrival.exchange.last_turn()[1] != "client"

    def _arrived(self, clients: list[ClientFolder]) -> dict[Path, Arrival]:
        """Return the requests of `clients`, keyed by exchange folder, in order of arrival.

        Requests first found in the same look are ordered by their files' modification times.
        """
        times = {
            arrival: time
            for client in clients
            for exchange in client.exchanges()
            if (time := _written(arrival := Arrival(client, exchange)))
        }
        known = [arrival for arrival in self._arrivals.values() if arrival in times]
        new = sorted(times.keys() - set(known), key=lambda new: (times[new], new.exchange.folder))
        return {arrival.exchange.folder: arrival for arrival in [*known, *new]}


def _written(arrival: Arrival) -> int | None:
    try:
        return arrival.exchange.request.lstat().st_mtime_ns
    except OSError:
        return None
