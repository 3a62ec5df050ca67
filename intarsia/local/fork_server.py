"""A process that imports slow packages once and starts Python scripts as forks of itself.

The process of a Lambda function needs a second of CPU to import boto3, pydantic, Powertools and our
packages. A fork of this process has them already.

Usage: `python -m intarsia.local.fork_server DESCRIPTOR CODE`, by `forks.ForkServer`. DESCRIPTOR is
the file descriptor of the control socket, and CODE the folder with the functions' code.

Forking is safe: the process has one thread, and imports nothing that starts another. Linux only.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import NoReturn

PACKAGES = (
    "boto3.dynamodb.types",
    "botocore.auth",
    "botocore.handlers",
    "httpx",
    "pydantic",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.typing",
    "s3transfer.manager",
    "ulid",
)
"""Modules of other packages that are imported before the first fork."""
OURS = (
    "intarsia.workflow.adding_fonts",
    "intarsia.workflow.admitting",
    "intarsia.workflow.failing",
    "intarsia.workflow.submitting",
)
"""Our modules that are imported before the first fork, because they import most of what the
functions need. None reads environment variables when imported: a fork gets its variables later."""

SERVICES = ("dynamodb", "events", "s3", "sqs", "stepfunctions")
"""AWS services whose botocore models are loaded before the first fork, so that forks create their
clients faster."""

MESSAGE_LIMIT = 128 * 1024
"""Largest request in bytes. A request is JSON with a script, its working folder and its environment
variables."""

DESCRIPTORS = 4
"""Number of file descriptors sent with a request: the script's standard input, output and error,
and a pipe for its exit code."""


def main() -> None:
    """Import the packages, then start scripts on request until the control socket is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # Ctrl-C in the terminal is for the process that started everything.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _preload(Path(sys.argv[2]))
    gc.freeze()  # memory shared with the forks stays shared
    _Server(control).serve()


def _preload(code: Path) -> None:
    for name in PACKAGES:
        importlib.import_module(name)
    if (code / "intarsia").is_dir():
        # Imported from `code`: this module's own package may have been edited since, and a
        # function's folder is removed with its process.
        for name in [name for name in sys.modules if name.partition(".")[0] == "intarsia"]:
            del sys.modules[name]
        sys.path.insert(0, str(code))
        # Code that another version deployed may lack some of them.
        with contextlib.suppress(ModuleNotFoundError):
            for name in OURS:
                importlib.import_module(name)
        sys.path.pop(0)
    import boto3
    from botocore.loaders import JSONFileLoader

    read = cache(JSONFileLoader().load_file)
    JSONFileLoader.load_file = lambda _, path: read(path)
    session = boto3.session.Session("nobody", "nothing", region_name="us-east-1")
    for service in SERVICES:
        session.client(service)


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._ended, self._wake = os.pipe()
        for end in (self._ended, self._wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._exits: dict[int, int] = {}
        """Write ends of the pipes for the exit codes of running scripts, by process id."""

    def serve(self) -> None:
        """Start scripts and report their exit codes until the control socket is closed."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._ended, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self._ended:
                    self._reap()
                elif not self._start():
                    return

    def _start(self) -> bool:
        """Start the script of the next request. Return False if the control socket is closed."""
        message, handles, _, _ = socket.recv_fds(self._control, MESSAGE_LIMIT, DESCRIPTORS)
        if not message:
            return False
        request = json.loads(message)
        pid = os.fork()
        if pid == 0:
            self._become(request, handles)
        *streams, self._exits[pid] = handles
        for handle in streams:
            os.close(handle)
        self._control.send(str(pid).encode())
        return True

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._ended, 512):
                pass
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                handle = self._exits.pop(pid)
                with contextlib.suppress(BrokenPipeError):
                    os.write(handle, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(handle)

    def _become(self, request: dict[str, object], handles: list[int]) -> NoReturn:
        """Run the script in this process, which is a fork of the server, and exit with its code.

        `handles` are the file descriptors sent with the request; see DESCRIPTORS.
        """
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number, handle in enumerate(handles[:-1]):
                os.dup2(handle, number)
            self._control.close()
            for handle in (*handles, self._ended, self._wake, *self._exits.values()):
                os.close(handle)
            code = _run(request)
        except BaseException:  # noqa: BLE001 - a fork must never return into the server's loop
            traceback.print_exc()
        os._exit(code)


def _run(request: dict[str, object]) -> int:
    script = str(request["script"])
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv, sys.path[0] = [script], os.path.dirname(script)  # noqa: PTH120
    code = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code


if __name__ == "__main__":
    main()
