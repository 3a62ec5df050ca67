"""The agent on a GPU machine: runs After Effects for the workers in the machine's containers.

One agent serves one spool, which is a folder shared with the workers. It runs one render at a time,
in the order in which the requests arrive. docs/host-agent.md describes the protocol.
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
"""Maximum number of runs of one request.

A request is run again only if the agent died during the run before.
"""

_log = logging.getLogger("intarsia.host")


class Agent:
    """The agent that carries out the requests in one spool. `serve` runs it."""

    def __init__(
        self,
        spool: Path,
        variables: Mapping[str, str],
        *,
        timing: Timing | None = None,
        watchdogs: Watchdogs | None = None,
    ) -> None:
        """Prepare an agent for the spool folder `spool`; `serve` starts it.

        `variables` are the agent's environment variables, by which After Effects is found. `timing`
        has the intervals of the protocol, and `watchdogs` the time limits of an After Effects run.
        None stands for the default values of both.
        """
        self._timing = timing or Timing()
        self._watchdogs = watchdogs
        self._variables = variables
        # Started processes are marked with this path. Resolved, it is the same for all agents of a
        # spool.
        self._spool = Spool(spool.resolve())
        self._heart = Heart(self._spool.beat)
        self._attendance = Attendance(self._spool, self._timing.client_stale)
        self._looked = self._beaten = float("-inf")

    def serve(self, stop: Event) -> None:
        """Serve requests until `stop` is set.

        A render that runs at that time is killed; the next agent begins it again.

        Raises AgentRunningError if another agent serves the spool, and EngineLeftError if a process
        of an earlier render cannot be ended. Raises OSError if the spool cannot be used.
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
        """Check the clients, write a due heartbeat, and remove the folders of dead clients.

        `busy_with` is the client whose render runs, if any; its folder is never removed. Returns
        True, or False without any check if the last one is less than `Timing.look` seconds old.
        """
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
                _log.info("removed the folder of client %r", client.folder.name)
        return True

    def _beat(self) -> None:
        try:
            self._heart.beat()
        except FileNotFoundError:
            self._heart.start()
        except OSError as error:
            _log.warning("the heartbeat could not be written: %s", error)

    def _serve(self, arrival: Arrival, stop: Event) -> bool:
        """Take the next turn of a request, run its render and write the result.

        If the request has had RUNS runs already, the result is a refusal. No result is written if
        the client dies or `stop` is set. Returns True, or False without a run if the agent could
        not take the turn or the request is no longer wanted.
        """
        exchange = arrival.exchange
        run = exchange.last_turn()[0] + 1
        if run > RUNS:
            reason = f"The agent on the machine died in each of the {RUNS} runs of the render."
            self._end(arrival, Refused(kind="transient", reason=reason), stop)
            return True
        try:
            if not exchange.take_turn(run, "agent") or not exchange.wanted:
                return False
        except OSError as error:
            _log.warning("the run could not be started: %s", error)
            return False
        _log.info("run %d for client %r", run, arrival.client.folder.name)
        self._end(arrival, self._result(arrival, run, stop), stop)
        return True

    def _result(self, arrival: Arrival, run: int, stop: Event) -> Ran | Refused:
        client, exchange = arrival.client, arrival.exchange
        if exchange.cancel.exists():  # an earlier agent died before it found this file
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
        except Exception as error:  # noqa: BLE001 - every request must get a result
            _log.exception("run %d for client %r failed", run, client.folder.name)
            name = type(error).__name__
            reason = f"The agent on the machine failed unexpectedly ({name}); see its log."
            return Refused(kind="transient", reason=reason)

    def _is_over(self, client: ClientFolder, exchange: Exchange, stop: Event) -> bool:
        """Return whether the running render must end: stopped, cancelled, or its client is gone.

        This is polled during the render, so it also does the regular work of `_look`.
        """
        if stop.is_set():
            return True
        if not self._look(busy_with=client):
            return False
        return (
            exchange.cancel.exists()
            or not exchange.wanted  # removed also by a client that failed because the agent froze
            or self._attendance.is_gone(client)
        )

    def _end(self, arrival: Arrival, result: Ran | Refused, stop: Event) -> None:
        """Write a request's result for its client; retry after an error such as a full disk.

        Writes nothing if the client is gone. Writes nothing either if `stop` is set, because the
        next agent begins an interrupted render again.
        """
        _log.info("result for client %r: %s", arrival.client.folder.name, result)
        while not stop.is_set() and not self._attendance.is_gone(arrival.client):
            try:
                publish_once(arrival.exchange.result, write_result(result))
            except FileNotFoundError:  # the client has left
                return
            except OSError as error:
                _log.warning("the result could not be written: %s", error)
                stop.wait(self._timing.look)
                self._look(busy_with=arrival.client)
            else:
                return
