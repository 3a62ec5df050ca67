"""The commands of `intarsia`, and the output of their errors."""

import signal
from collections.abc import Callable
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from intarsia.cli import jobs, stack, submit, watch
from intarsia.cli.batch import batch, batches
from intarsia.cli.doctor import doctor
from intarsia.cli.exits import MEANINGS, Exit, code_of
from intarsia.cli.fonts import fonts
from intarsia.cli.keys import keys
from intarsia.cli.output import fail
from intarsia.cli.restore import restore
from intarsia.cli.secrets import secrets
from intarsia.cli.templates import templates
from intarsia.domain.errors import IntarsiaError

JOBS, LIBRARY, SERVERS = "Jobs", "Templates, fonts and secrets", "Servers"


class Commands(TyperGroup):
    """Group of all commands. Expected errors end a command with one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command of the command line.

        After an expected error or Ctrl-C, raises typer.Exit with the exit code.
        """
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(Exit.INTERRUPTED) from None
        except BrokenPipeError:
            raise
        except (IntarsiaError, OSError) as error:
            fail(error)
            raise typer.Exit(code_of(error)) from None
        except (BotoCoreError, ClientError) as error:
            fail(f"AWS: {error}")
            raise typer.Exit(Exit.FAILED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show the key.
    pretty_exceptions_show_locals=False,
    help="Render After Effects templates with nested jobs, on this machine or on AWS.",
    epilog="\n\n".join(
        ["Exit codes", *(f"{code:d}: {text}" for code, text in MEANINGS.items())],
    ),
)
JOB_COMMANDS: list[Callable[..., None]] = [
    *(submit.submit, watch.watch, jobs.jobs, jobs.job, jobs.cancel, jobs.logs, jobs.download),
    *(submit.join, batch),
]
SERVER_COMMANDS: list[Callable[..., None]] = [
    *(stack.up, stack.down, stack.status),
    *(doctor, restore),
]
for command in JOB_COMMANDS:
    app.command(rich_help_panel=JOBS)(command)
app.add_typer(batches, name="batches", rich_help_panel=JOBS)
app.add_typer(templates, name="templates", rich_help_panel=LIBRARY)
app.add_typer(fonts, name="fonts", rich_help_panel=LIBRARY)
app.add_typer(secrets, name="secrets", rich_help_panel=LIBRARY)
for command in SERVER_COMMANDS:
    app.command(rich_help_panel=SERVERS)(command)
app.add_typer(keys, name="keys", rich_help_panel=SERVERS)
