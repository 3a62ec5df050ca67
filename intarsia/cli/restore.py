"""`intarsia restore`: copying of lost items into the stack's table from one that AWS restored."""

from typing import Annotated

import typer

from intarsia.cli.account import client
from intarsia.cli.connection import Json
from intarsia.cli.exits import InputError
from intarsia.cli.output import print_json, table
from intarsia.operating import restoring
from intarsia.operating.restoring import USUAL, Kind


def restore(
    source: Annotated[str, typer.Argument(metavar="TABLE", help="Table that AWS restored.")],
    *,
    table_name: Annotated[
        str, typer.Option("--table", help="The stack's own table (its output TableName).")
    ],
    kinds: Annotated[
        list[Kind] | None,
        typer.Option(
            "--only", help="Kind of items to copy; may be repeated. Default: all except keys."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy lost items back into the stack's table; existing items stay as they are."""
    if not table_name or source == table_name:
        raise InputError(
            f"--table must be the stack's own table (its output TableName), not {table_name!r}"
        )
    copied = restoring.restore(client("dynamodb"), source, table_name, kinds or USUAL)
    if as_json:
        print_json({kind.value: copied[kind] for kind in kinds or USUAL})
    else:
        table(("kind", "copied"), ((kind, copied[kind]) for kind in kinds or USUAL))
