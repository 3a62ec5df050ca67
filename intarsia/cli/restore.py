"""`intarsia restore`: copies lost items from a table restored by AWS into the stack's table."""

from typing import Annotated

import typer

from intarsia.cli.account import client
from intarsia.cli.connection import Json
from intarsia.cli.exits import InputError
from intarsia.cli.output import print_json, table
from intarsia.operating import restoring
from intarsia.operating.restoring import USUAL, Kind


def restore(
    source: Annotated[str, typer.Argument(metavar="TABLE", help="The table that AWS restored.")],
    *,
    table_name: Annotated[
        str, typer.Option("--table", help="Table of the stack: its output TableName.")
    ],
    kinds: Annotated[
        list[Kind] | None,
        typer.Option("--only", help="Only these. Keys come back only if they are asked for."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring back what the stack's table has lost; what is in it stays as it is."""
    if not table_name or source == table_name:
        raise InputError("--table is the stack's own table, another one than the restored")
    copied = restoring.restore(client("dynamodb"), source, table_name, kinds or USUAL)
    if as_json:
        print_json({kind.value: copied[kind] for kind in kinds or USUAL})
    else:
        table(("what", "brought back"), ((kind, copied[kind]) for kind in kinds or USUAL))
