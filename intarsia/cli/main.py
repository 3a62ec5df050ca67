"""The `intarsia` command."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from intarsia.cli import stack, watch
from intarsia.cli.exits import MEANINGS, code_of
from intarsia.cli.keys import keys
from intarsia.cli.output import fail
from intarsia.domain.errors import IntarsiaError

JOBS, BATCHES, LIBRARY, HERE = "Jobs", "Batches", "Templates, fonts, secrets", "Servers"


class Commands(TyperGroup):
    """All commands; errors meant for people become one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run one command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (IntarsiaError, OSError) as error:
            fail(error)
            raise typer.Exit(code_of(error)) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show the key.
    pretty_exceptions_show_locals=False,
    help="After Effects renders with nested jobs, on this machine or on AWS.",
    epilog="Exit codes: " + "; ".join(f"{code:d} {text}" for code, text in MEANINGS.items()) + ".",
)
app.command(rich_help_panel=JOBS)(watch.watch)
app.command(rich_help_panel=HERE)(stack.up)
app.command(rich_help_panel=HERE)(stack.down)
app.command(rich_help_panel=HERE)(stack.status)
app.add_typer(keys, name="keys", rich_help_panel=HERE)


def main() -> None:
    """Run the command."""
    sys.exit(app())
