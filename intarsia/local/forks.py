"""Client of `fork_server`, which starts Python scripts as forks with slow packages imported."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from intarsia.local import fork_server


class ForkServer:
    """The connection to a fork server, which is started at the first use. Thread-safe."""

    def __init__(self, code: Path) -> None:
        """Store `code`, the folder of the scripts' code.

        The fork server imports its package `intarsia`, if any, before the first fork.
        """
        self._code = code
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, script: str, folder: str, environment: Mapping[str, str]) -> "Fork":
        """Start the Python file `script` in the working folder `folder`.

        The script gets exactly these environment variables. Raises OSError if the fork server has
        died; the next call starts another.
        """
        request = {"script": script, "folder": folder, "environment": dict(environment)}
        ours, theirs = _pipes()
        try:
            with self._lock:
                pid = self._request(json.dumps(request).encode(), theirs)
        except BaseException:
            for handle in ours:
                os.close(handle)
            raise
        finally:
            for handle in theirs:
                os.close(handle)
        return Fork(pid, *ours)

    def _request(self, message: bytes, handles: list[int]) -> int:
        if self._control is None:
            self._control = self._connect()
        try:
            socket.send_fds(self._control, [message], handles)
            answer = self._control.recv(64)
            if not answer:
                raise ConnectionResetError("the fork server has ended")
        except OSError:
            self.close()
            raise
        return int(answer)

    def close(self) -> None:
        """End the fork server. Scripts that it started continue, but their exit codes are lost."""
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.wait()
        self._control = self._process = None

    def _connect(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # It ends when our end of the socket is closed, at the latest when this process dies.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", fork_server.__name__, str(theirs.fileno()), str(self._code)],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return ours


class Fork:
    """A script's process, with the part of `subprocess.Popen`'s interface that MiniStack uses."""

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int, ended: int) -> None:
        """Wrap the process `pid` and the file descriptors of our ends of its pipes.

        `ended` is the pipe from which the exit code is read.
        """
        self.pid = pid
        self.returncode: int | None = None
        self.stdin: IO[str] = os.fdopen(stdin, "w", buffering=1)
        self.stdout: IO[str] = os.fdopen(stdout)
        self.stderr: IO[str] = os.fdopen(stderr)
        self._ended = os.fdopen(ended, "rb", buffering=0)
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Return the script's exit code, -N after signal N; None while it runs."""
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the script's end and return its exit code, -N after signal N.

        Raises subprocess.TimeoutExpired if it still runs after `timeout` seconds; None: no limit.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            code = self._look(left)
            if code is not None:
                return code
            if timeout is not None and left == 0.0:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)

    def terminate(self) -> None:
        """Send SIGTERM, unless the script has ended."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL, unless the script has ended."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _look(self, seconds: float | None) -> int | None:
        """Return the script's exit code; None if it still runs after `seconds` (None: no limit)."""
        with self._lock:
            if self.returncode is None and self._is_readable(seconds):
                # Nothing is written if the server was killed: its forks end with their input.
                self.returncode = int(self._ended.read(16) or -signal.SIGKILL)
                self._ended.close()
            return self.returncode

    def _is_readable(self, seconds: float | None) -> bool:
        poll = select.poll()
        poll.register(self._ended, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))


def _pipes() -> tuple[list[int], list[int]]:
    """Return our ends and the script's ends of the pipes for its streams and its exit code.

    Both lists are in the order of `fork_server.DESCRIPTORS`.
    """
    into, *out = (os.pipe() for _ in range(fork_server.DESCRIPTORS))
    return [into[1], *(pair[0] for pair in out)], [into[0], *(pair[1] for pair in out)]
