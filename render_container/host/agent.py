"""The agent on a machine with a GPU: drives After Effects for the workers in its containers.

One instance a spool, one render at a time, in the order of their arrival. docs/host-agent.md has
the protocol.
"""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event

from render_container.engines.errors import EngineError
from render_container.engines.watchdogs import Watchdogs
from render_container.host.attendance import Arrival, Attendance
from render_container.host.errors import RequestError
from render_container.host.files import publish_once, remove_tree
from render_container.host.heartbeat import Heart
from render_container.host.leftovers import end_leftovers
from render_container.host.lock import held
from render_container.host.places import find_places
from render_container.host.rendering import Machine, run_request
from render_container.host.request import read_request
from render_container.host.result import Ran, Refused, write_result
from render_container.host.spool import ClientFolder, Exchange, Spool
from render_container.host.timing import Timing

RUNS = 3
"""How often a request is begun: once, and again for each of two agents that died with it."""

_log = logging.getLogger("intarsia.host")


class Agent:
    """Serves one spool until it is told to stop."""

    def __init__(
        self,
        spool: Path,
        variables: Mapping[str, str],
        *,
        timing: Timing | None = None,
        watchdogs: Watchdogs | None = None,
    ) -> None:
        """`variables` is the agent's environment; After Effects is found in it."""
        self._timing = timing or Timing()
        self._watchdogs = watchdogs
        self._variables = variables
        # Without links on the way, what agents of this spool start bears one mark.
        self._spool = Spool(spool.resolve())
        self._heart = Heart(self._spool.beat)
        self._attendance = Attendance(self._spool, self._timing.client_stale)
        self._looked = self._beaten = float("-inf")

    def serve(self, stop: Event) -> None:
        """Serve until `stop` is set; what is being rendered then is ended, and the next agent
        begins it again.

        Raises AgentRunningError, EngineLeftError, or OSError if the spool cannot be used.
        """
        self._spool.clients.mkdir(parents=True, exist_ok=True)
        with held(self._spool.lock):
            self._heart.start()
            end_leftovers(self._spool.root)
            _log.info("serving %s", self._spool.root)
            while not stop.is_set():
                self._look()
                waiting = self._attendance.waiting()
                if not (waiting and self._serve(waiting[0], stop)):
                    stop.wait(self._timing.look)
            _log.info("stopped")

    def _look(self, busy_with: ClientFolder | None = None) -> bool:
        """See who is there, and show that we are; False if it is too early for that."""
        now = time.monotonic()
        if now - self._looked < self._timing.look:
            return False
        self._looked = now
        if now - self._beaten >= self._timing.beat:
            self._beaten = now
            self._beat()
        self._attendance.look(now)
        for client in self._attendance.dead():
            if client != busy_with and remove_tree(client.folder):
                _log.info("removed what was left of %r", client.folder.name)
        return True

    def _beat(self) -> None:
        try:
            self._heart.beat()
        except FileNotFoundError:
            self._heart.start()
        except OSError as error:
            _log.warning("no heartbeat could be written: %s", error)

    def _serve(self, arrival: Arrival, stop: Event) -> bool:
        """Bring a request a turn further: to its end, unless its client dies or we are stopped.

        False if nothing could be done.
        """
        exchange = arrival.exchange
        run = exchange.last_turn()[0] + 1
        if run > RUNS:
            reason = f"The render was begun {RUNS} times, and each time the agent on the machine"
            self._end(arrival, Refused(kind="transient", reason=f"{reason} died."), stop)
            return True
        try:
            if not exchange.take_turn(run, "agent") or not exchange.wanted:
                return False
        except OSError as error:
            _log.warning("no turn could be taken: %s", error)
            return False
        _log.info("run %d of %r", run, arrival.client.folder.name)
        self._end(arrival, self._result(arrival, run, stop), stop)
        return True

    def _result(self, arrival: Arrival, run: int, stop: Event) -> Ran | Refused:
        client, exchange = arrival.client, arrival.exchange
        if exchange.cancel.exists():  # before an agent that died could see it
            return Ran(run=run, exit_code=None, seconds=0, cancelled=True, hung=None)
        try:
            request = read_request(exchange.content())
            return run_request(
                request,
                find_places(client, request),
                Machine(self._spool.root, self._variables, self._watchdogs),
                run=run,
                log=exchange.log(run),
                cancelled=lambda: self._is_over(client, exchange, stop),
            )
        except RequestError as error:
            return Refused(kind="configuration", reason=str(error))
        except EngineError as error:
            return Refused(kind=error.kind, reason=str(error))
        except Exception as error:  # noqa: BLE001 - every request has its end
            _log.exception("run %d of %r", run, client.folder.name)
            reason = f"The agent on the machine failed unexpectedly ({type(error).__name__})."
            return Refused(kind="transient", reason=reason)

    def _is_over(self, client: ClientFolder, exchange: Exchange, stop: Event) -> bool:
        """Whether nobody wants the render any more; asked all the time while it runs."""
        if stop.is_set():
            return True
        if not self._look(busy_with=client):
            return False
        return (
            exchange.cancel.exists()
            or not exchange.wanted  # gone as well when an agent that slept was given up
            or self._attendance.is_gone(client)
        )

    def _end(self, arrival: Arrival, result: Ran | Refused, stop: Event) -> None:
        """Tell the client, as soon as there is room on the disk for it.

        Not if it is dead, nor if we are to stop: what we cut short is the next agent's.
        """
        _log.info("end of %r: %s", arrival.client.folder.name, result)
        while not stop.is_set() and not self._attendance.is_gone(arrival.client):
            try:
                publish_once(arrival.exchange.result, write_result(result))
            except FileNotFoundError:  # the client has left
                return
            except OSError as error:
                _log.warning("the end could not be told: %s", error)
                stop.wait(self._timing.look)
                self._look(busy_with=arrival.client)
            else:
                return
