"""Control of the AWS emulator's process: start, save of its state (checkpoint) and stop."""

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import httpx

from intarsia.local import disk, launcher, process_groups
from intarsia.local.clients import Clients
from intarsia.local.credentials import Credentials
from intarsia.local.environment import inherited
from intarsia.local.errors import EmulatorError, StateNotSavedError, StoppedError
from intarsia.local.plain_http import NO_CERTIFICATES
from intarsia.local.save_reports import SaveReports

START_LIMIT = 120.0  # seconds; a start takes one or two on an idle machine

STOP_LIMIT = 30.0
"""Seconds that the process has to save its state and exit; then it is killed.

It exits about `launcher.STOP_GRACE` seconds after the request, unless it gets no CPU time. If it is
killed, changes since the last checkpoint are lost.
"""

LOG_LIMIT = 20_000_000  # bytes; a longer log is set aside at the next start
POLL = 0.05  # seconds


def free_port(preferred: int | None = None) -> int:
    """Return a free port on 127.0.0.1: `preferred` if it is given and free, otherwise any.

    Raises EmulatorError if no port is free.
    """
    for wanted in [preferred, 0] if preferred else [0]:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            return int(probe.getsockname()[1])
    raise EmulatorError("no port on 127.0.0.1 is free")


class Emulator:
    """One process of the AWS emulator (MiniStack) and its state folder."""

    def __init__(
        self,
        state: Path,
        log: Path,
        *,
        port: int | None = None,
        front_port: int | None = None,
        checkpoint_interval: float = 3.0,
        wait_scale: float = 1.0,
        record_calls: Path | None = None,
        shared: Sequence[int] = (),
        ending: threading.Event | None = None,
    ) -> None:
        """Prepare the emulator, which `start` runs; create its credentials if there are none.

        `state` is the state folder. The process's output is appended to the file `log`. `port` is
        preferred, not guaranteed; None selects any free port. `front_port` is the port of the API's
        public URL, whose web pages may use presigned URLs; None: no web page may.

        `checkpoint_interval` is the time between two saves of the state in seconds. State machines
        multiply their waits and pauses by `wait_scale`. Each distinct AWS call is appended to the
        file `record_calls`; None: calls are not recorded. The process inherits the file descriptors
        `shared`. Setting `ending` aborts a start or a checkpoint.
        """
        self.state = state.absolute()
        self.log = log
        self.port = free_port(port)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.credentials = Credentials.of(self.state)
        self.clients = Clients(self.endpoint, self.credentials)
        self._front_port = front_port
        self._checkpoint_interval = checkpoint_interval
        self._wait_scale = wait_scale
        self._record_calls = record_calls
        self._shared = tuple(shared)
        self._ending = ending or threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers = False
        self._requests = 0
        """Number of checkpoints requested from the process."""
        self._reports: SaveReports | None = None

    @property
    def pid(self) -> int:
        """Process id of the emulator. Raises EmulatorError if it is not started or was killed."""
        return self._running().pid

    @property
    def alive(self) -> bool:
        """Return whether the emulator's process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def save_error(self) -> str | None:
        """Reason why the last save of the state failed; None if it did not.

        After `stop`, it is the result of the process's last save.
        """
        return self._reports.last.error if self._reports else None

    @property
    def saved_at(self) -> datetime | None:
        """Local time at which the last save since the start began; None before the first."""
        return self._reports.saved_at if self._reports else None

    def start(self) -> None:
        """Start the process and wait until its health check succeeds.

        Raises EmulatorError if the process ends, with the end of its log, or is not healthy within
        START_LIMIT seconds. Raises StoppedError if `ending` is set during the start. After any
        error the process is killed.
        """
        self._answers = False
        scratch = self.state / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        command = [sys.executable, "-m", launcher.__name__]
        command += ["--port", str(self.port), "--state", str(self.state)]
        command += ["--checkpoint", str(self._checkpoint_interval)]
        command += ["--wait-scale", str(self._wait_scale)]
        if self._front_port:
            command += ["--front-port", str(self._front_port)]
        if self._record_calls:
            command += ["--record-calls", str(self._record_calls)]
        self._process = self._launched(command)
        try:
            self._await_health()
            self._answers = True
        except BaseException:
            self.kill()
            raise

    def checkpoint(self) -> None:
        """Request a save of the emulator's state and wait until it is complete.

        Raises StateNotSavedError if the save fails, EmulatorError if the process has ended or takes
        longer than START_LIMIT seconds, and StoppedError if `ending` is set meanwhile.
        """
        process = self._running()
        reports = self._reports
        assert reports is not None
        # Counted, not timed: the clock may be set meanwhile.
        self._requests += 1
        wanted = self._requests
        assert process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it has ended; `_await` raises
            process.stdin.write(b"s")
            process.stdin.flush()
        self._await(lambda: reports.last.requests >= wanted, "save its state")
        if error := self.save_error:
            raise StateNotSavedError(f"the state cannot be saved: {error}. {disk.REMEDY}")

    def interrupt(self) -> None:
        """Request the end of the emulator's process, so that unfinished requests soon fail.

        Does not wait for the end. Safe in any thread. A process that is not healthy yet is killed.
        """
        process = self._process
        if process is not None and not self._answers:
            # It has nothing to save, and a health check may wait until its state is loaded.
            process.kill()
        elif process is not None and process.stdin is not None:
            # End of file, not SIGTERM: after SIGTERM it would wait for running functions.
            with contextlib.suppress(OSError):
                process.stdin.close()

    def stop(self) -> bool:
        """Stop the process, which saves its state first; return whether it exited with code 0.

        `save_error` then has the result of this save. A process that still runs after STOP_LIMIT
        seconds is killed. Returns True if no process was started.
        """
        process = self._process
        if process is None:
            return True
        if self.alive:
            self.interrupt()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_LIMIT)
        clean = process.poll() == 0
        self.kill()
        if self._reports:
            self._reports.finish()
        return clean

    def kill(self) -> None:
        """Kill the process and the processes for Lambda functions that it started.

        Returns when all of them have ended.
        """
        if self._process is None:
            return
        process_groups.kill(self._process.pid)
        self._process.wait()
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None

    def _launched(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start the process `command` and listen to its reports."""
        self._requests = 0
        self._reports = reports = SaveReports()
        try:
            with self.log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603 - our own module
                    [*command, "--reports", str(reports.handle)],
                    # Its end of file ends the emulator if this process dies.
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=inherited(),
                    # Ctrl-C in the terminal must not reach it; a stop kills the whole group.
                    start_new_session=True,
                    pass_fds=[*self._shared, reports.handle],
                )
        finally:
            reports.listen()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise EmulatorError("the emulator is not running")
        return self._process

    def _await_health(self) -> None:
        with httpx.Client(trust_env=False, timeout=5.0, verify=NO_CERTIFICATES) as client:

            def healthy() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return client.get(f"{self.endpoint}/_ministack/health").status_code == 200
                return False

            self._await(healthy, "answer")

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not condition():
            if self._ending.wait(POLL):
                raise StoppedError(f"stopped while waiting for the emulator to {what}")
            if not self.alive:
                raise EmulatorError(f"the emulator ended: {self._log_end()}")
            if time.monotonic() > deadline:
                raise EmulatorError(
                    f"the emulator did not {what} within {START_LIMIT:.0f} s; see {self.log}"
                )

    def _log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-5:]
        return "\n".join([*lines, f"(whole log: {self.log})"])
