"""Processes of the emulator's Lambda functions: forks, with logs that end with the invocation.

Patches MiniStack's `lambda_runtime`.
"""
# ruff: noqa: SLF001 - reaching into another package's modules is what this file is for

import hashlib
import logging
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

from intarsia.local.forks import ForkServer

MARK = "intarsia: the invocation has ended"
"""Line that a Lambda function's process writes to its log after each invocation."""

LOG_LIMIT = 5.0
"""Seconds to wait for MARK in an invocation's log. It is missing only if the process has died."""

POLL = 0.05  # seconds between two checks that the process is alive

logger = logging.getLogger(__name__)


def install(scratch: Path) -> None:
    """Patch the logs of Lambda functions and, on Linux, the start of their processes.

    Code that forks share is unpacked in the folder `scratch`.
    """
    marked_logs()
    if sys.platform == "linux":
        forked_functions(scratch)


def forked_functions(scratch: Path) -> None:
    """Start functions in Python as forks of a process that has their packages imported.

    Each start then takes a second of CPU less. This matters because a burst of calls starts many
    processes simultaneously. Code that forks share is unpacked in the folder `scratch`.
    """
    lock = threading.Lock()
    servers: dict[str, ForkServer] = {}

    def server_of(archive: Path) -> ForkServer:
        """Return the fork server of the code in a zip file. Equal code has the same server."""
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
        with lock:
            if digest not in servers:
                code = scratch / f"functions-{digest}"
                shutil.unpack_archive(archive, code)
                servers[digest] = ForkServer(code)
            return servers[digest]

    def start(command: list[str], *, cwd: str, env: dict[str, str], **options: Any) -> Any:
        if command[0] == sys.executable:
            script = Path(command[1])
            try:
                return server_of(script.with_name("code.zip")).start(str(script), cwd, env)
            except OSError:
                logger.warning("the fork server has ended; starting a new process", exc_info=True)
        return subprocess.Popen(command, cwd=cwd, env=env, **options)  # noqa: S603 - MiniStack's

    names = {name: getattr(subprocess, name) for name in subprocess.__all__}
    lambda_runtime.subprocess = SimpleNamespace(**names | {"Popen": start})


def marked_logs() -> None:
    """Make function processes write MARK after each invocation, and read its log up to MARK.

    Unpatched, MiniStack waits 50 ms for a first line and reads until no more arrive. An invocation
    without a line takes 50 ms longer, and a late line is lost with its metrics. Raises RuntimeError
    if MiniStack's script for functions in Python has changed.
    """
    before = "        _real_stdout.flush()\n\nrun()"
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(before) != 1:
        raise RuntimeError(
            "MiniStack's script for functions in Python has changed: adapt `marked_logs` to it"
        )
    mark = f"        print({MARK!r}, file=sys.stderr, flush=True)\n"
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(before, mark + before)

    def drain(worker: Any) -> str:
        lines: list[str] = []
        deadline = time.monotonic() + LOG_LIMIT
        while time.monotonic() < deadline:
            try:
                line = worker._stderr_queue.get(timeout=POLL)
            except queue.Empty:
                if not worker._stderr_thread.is_alive():
                    break
                continue
            if line == MARK:
                break
            lines.append(line)
        return "\n".join(lines)

    unmarked = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = drain
    lambda_runtime.ProvidedWorker._drain_stderr_bounded = unmarked
