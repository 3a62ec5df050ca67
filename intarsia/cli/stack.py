"""`intarsia up`, `down`, `status`: the stack on this machine."""

import gc
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from intarsia.cli.exits import Exit
from intarsia.cli.output import note, out, print_json
from intarsia.cli.signals import calling
from intarsia.local import files, swaps
from intarsia.local.claim import Holder, holder_of
from intarsia.local.disk import naming_a_full_disk
from intarsia.local.errors import LocalStackError, StoppedError
from intarsia.local.overview import overview
from intarsia.local.stack import LocalStack

DOWN_LIMIT = 120.0  # seconds; a stop takes one or two unless a process hangs
POLL = 0.1  # seconds

logger = logging.getLogger(__name__)

State = Annotated[Path, typer.Option(help="State folder of the stack.")]
DEFAULT_STATE = Path(".intarsia")


def up(
    port: Annotated[
        int, typer.Option(help="Port of the API on 127.0.0.1; 0 selects a free one.")
    ] = 8090,
    state: State = DEFAULT_STATE,
    configuration: Annotated[
        Path | None, typer.Option(help="JSON file of settings, as for a deployment.")
    ] = None,
) -> None:
    """Run Intarsia on this machine until Ctrl-C."""
    settings = _settings(configuration) if configuration else {}
    stack = LocalStack(state, port, settings=settings, steps=_step, warn=_warn)
    with calling(stack.cancel), naming_a_full_disk(state):
        _log_in(state)
        out.print("[bold]Intarsia[/] on this machine: no Docker, no AWS")
        try:
            with stack:
                _welcome(stack)
                stack.wait()
                out.print("\nstopping")
        except StoppedError:
            logger.info("stopped during the start", exc_info=True)
        out.print("stopped; unfinished jobs continue at the next `intarsia up`")
        # Prevents a garbage collection over all objects at the exit: on a busy machine it took
        # longer than the stop itself.
        gc.freeze()


def down(state: State = DEFAULT_STATE) -> None:
    """Stop the stack that runs from this folder."""
    holder = holder_of(state)
    if holder is None:
        out.print(f"no stack runs from {state}")
        return
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(holder.pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_LIMIT
    while holder_of(state):
        if time.monotonic() > deadline:
            raise LocalStackError(
                f"process {holder.pid} did not stop within {DOWN_LIMIT:.0f} s; "
                f"end it with `kill -9 {holder.pid}`"
            )
        time.sleep(POLL)
    out.print("stopped")


def status(
    state: State = DEFAULT_STATE,
    show_swaps: Annotated[
        bool, typer.Option("--swaps", help="Also list the differences from AWS, with reasons.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print only JSON on stdout.")] = False,
) -> None:
    """Show the stack that runs from this folder. Exits with 1 if none does."""
    if show_swaps and not as_json:
        out.print(_swaps())
    holder = holder_of(state)
    if as_json:
        print_json(_facts(state, holder))
    elif holder is None:
        out.print(f"no stack runs from {state}; `intarsia up` starts one")
    else:
        _show(state, holder)
    if holder is None:
        raise typer.Exit(Exit.FAILED)


def _settings(file: Path) -> dict[str, Any]:
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="--configuration") from error
    if not isinstance(settings, dict):
        raise typer.BadParameter(
            f"{file}: must be a JSON object of settings by name", param_hint="--configuration"
        )
    return settings


def _facts(state: Path, holder: Holder | None) -> dict[str, object]:
    if holder is None:
        return {"running": False}
    seen = overview(state, holder)
    return {
        "running": True,
        "pid": holder.pid,
        "url": f"{holder.url}/api/v2",
        "jobs": {status.value: count for status, count in seen.jobs.items()},
        "tasks": seen.tasks,
    }


def _show(state: Path, holder: Holder) -> None:
    seen = overview(state, holder)
    jobs = ", ".join(f"{count} {status.value}" for status, count in seen.jobs.items())
    out.print(f"running  process {holder.pid}")
    out.print(f"API      {holder.url}/api/v2", soft_wrap=True)
    out.print(f"jobs     {jobs or 'none'}")
    out.print(f"tasks    {seen.tasks} rendering or waiting for a core")


def _welcome(stack: LocalStack) -> None:
    rows = {
        "API": stack.url,
        "key": f"{stack.api_key}  (also in {stack.state / 'key'})",
        "docs": f"{stack.url}/docs",
        "logs": str(stack.state / "logs"),
        "try": f'curl -H "Authorization: Bearer {stack.api_key}" {stack.url}/jobs',
    }
    out.print()
    for name, value in rows.items():
        # Not wrapped, however narrow the terminal: users copy these lines.
        out.print(f"  [bold]{name:<5}[/]", end=" ")
        out.print(value, markup=False, soft_wrap=True)
    out.print("\nCtrl-C stops the stack. Unfinished jobs continue at the next start.")


@contextmanager
def _step(name: str) -> Iterator[None]:
    begun = time.monotonic()
    with out.status(name):
        yield
    out.print(f"  {name:<14} {time.monotonic() - begun:5.1f} s")


def _warn(message: str) -> None:
    logger.warning(message)
    note(message, "yellow")


def _swaps() -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("difference from AWS", no_wrap=True)
    table.add_column("reason")
    for swap in swaps.SWAPS:
        table.add_row(swap.name, swap.why)
    for setting in swaps.SETTINGS:
        table.add_row(setting.name, setting.why)
    return table


class _LogFile(logging.FileHandler):
    """Log file whose lines are dropped while it cannot be written, as on a full disk."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in logging
        """Print nothing if the file cannot be written; the base class would print a traceback."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def _log_in(state: Path) -> None:
    """Log to `logs/stack.log` in the state folder, which is made private if it is new."""
    files.private_folder(state)
    folder = state / "logs"
    folder.mkdir(exist_ok=True)
    logging.basicConfig(
        handlers=[_LogFile(folder / "stack.log")],
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    # One line per request of the proxy and of boto3 would flood the log.
    for chatty in ("httpx", "botocore", "boto3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
