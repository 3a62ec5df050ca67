"""The emulator's process: `python -m intarsia.local.launcher --port N --state DIR`.

Sets the emulator's environment, patches what `patches` lists, and serves on loopback until it
is stopped. The parent holds the other end of our standard input. End of file stops the process:
the parent has closed its end or has died, even by SIGKILL. This works on every system. SIGTERM and
SIGINT stop the process too, once the requests under way have been answered.
"""

import argparse
import os
import signal
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from intarsia.local import save_reports, saved_state

if TYPE_CHECKING:
    from intarsia.local.checkpoints import Checkpoints

from intarsia.local.credentials import Credentials

EMULATOR_VERSION = "1.5.33"
"""Required version of MiniStack: the patches are written against its source."""

STOP_GRACE = 2.0
"""Seconds that a stop waits for unfinished requests; then the state is saved without them.

The server itself would wait without limit. It waits for running functions, whose cancellation
`ministack.core.concurrency` absorbs, and for clients that do not read their responses. Cutting both
off is safe: the writes made so far are saved, and the rest is recovered as after a crash.
"""


def settings(port: int, state: Path, wait_scale: float) -> dict[str, str]:
    """Return the emulator's environment variables (reference: MiniStack's README and source).

    `port` is its port on 127.0.0.1, and `state` its state folder. State machines multiply their
    waits by `wait_scale`.
    """
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        # IAM policies of functions and tasks are enforced.
        "AUTH": "true",
        # Each concurrent call has a process of 40 MB. A limit of 16 throttled calls, 64 did not.
        "LAMBDA_ACCOUNT_CONCURRENCY": "64",
        "LAMBDA_EXECUTOR": "local",
        "SFN_WAIT_SCALE": str(wait_scale),
        # If enabled, these two listen on all interfaces.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # A Docker daemon on this machine must not be used.
        "DOCKER_HOST": f"unix://{state / 'no-docker.sock'}",
        # Unpacked functions and the emulator's pid file; cleared before each start.
        "TMPDIR": str(state / "tmp"),
        "MINISTACK_REGION": "us-east-1",
        "LOG_LEVEL": "INFO",
    }


def main() -> None:
    """Parse the command line, patch the emulator, and serve until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="folder of the state")
    parser.add_argument("--checkpoint", type=float, default=3.0, help="seconds between saves")
    parser.add_argument(
        "--wait-scale", type=float, default=1.0, help="factor for the waits of state machines"
    )
    parser.add_argument("--front-port", type=int, help="port of the API's public URL on 127.0.0.1")
    parser.add_argument("--record-calls", type=Path, help="file for calls and their principals")
    parser.add_argument("--reports", type=int, help="file descriptor for reports of the saves")
    arguments = parser.parse_args()
    installed = version("ministack")
    if installed != EMULATOR_VERSION:
        sys.exit(
            f"ministack {installed} is installed, but the patches were written for "
            f"{EMULATOR_VERSION}: install the version in requirements.lock"
        )
    # The state contains the data of all teams, secrets included.
    os.umask(0o077)
    # Before the import: the emulator reads most variables when its modules load.
    os.environ.update(settings(arguments.port, arguments.state, arguments.wait_scale))
    saved_state.insist_on_reading()
    # No task and no function is a container: Docker's client would be imported for nothing.
    sys.modules["docker"] = None  # type: ignore[assignment]
    from intarsia.local import emulator_gate, function_processes, object_files, patches

    object_files.insist_on_writing()
    function_processes.install(Path(os.environ["TMPDIR"]))
    credentials = Credentials.of(arguments.state)
    checkpoints = patches.apply(arguments.checkpoint, credentials)
    if arguments.reports is not None:
        checkpoints.report = save_reports.sender(arguments.reports)
    if arguments.record_calls:
        from intarsia.local.call_record import CallRecord

        CallRecord(arguments.record_calls).listen()
    threading.Thread(target=_follow_parent, args=(checkpoints,), name="parent", daemon=True).start()
    sys.argv = sys.argv[:1]
    from ministack import app

    # The outermost layer, so that no code of MiniStack handles a refused request.
    app.app = emulator_gate.Gate(
        app.app,
        port=arguments.port,
        front_port=arguments.front_port,
        front_token=credentials.front_token,
    )
    app.main()


def _follow_parent(checkpoints: "Checkpoints") -> None:
    """Request a checkpoint per byte that the parent writes to stdin; at end of file, stop."""
    while requests := os.read(0, 4096):
        checkpoints.request(len(requests))
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(STOP_GRACE)
    from intarsia.local import patches

    checkpoints.save_and_close()
    patches.leave()


if __name__ == "__main__":
    main()
