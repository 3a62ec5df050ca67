"""`intarsia keys`: API keys of a stack on AWS or on this machine."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from intarsia.cli.account import client
from intarsia.cli.connection import STACK, Json
from intarsia.cli.exits import InputError
from intarsia.cli.output import briefly, print_json, say, table
from intarsia.local.api_key import TEAM
from intarsia.local.claim import holder_of
from intarsia.local.clients import Clients
from intarsia.local.deploy import deployment
from intarsia.storage.keys import KeyRecord, KeyRepository, new_token

keys = typer.Typer(
    no_args_is_help=True, help="Manage API keys of a stack on AWS (--table) or of the local stack."
)

TableName = Annotated[
    str | None,
    typer.Option(
        "--table",
        help="Table of a stack on AWS (its output TableName). Uses the AWS credentials and region "
        "of the environment.",
    ),
]
Stack = Annotated[Path, typer.Option("--stack", help="State folder of the local stack.")]


@keys.command()
def create(
    *,
    table_name: TableName = None,
    team: Annotated[
        str | None,
        typer.Option(
            help="Team that the key gives access to. Required with --table; "
            f"default for the local stack: {TEAM}."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the key, shown by `keys list`.")] = "",
    as_json: Json = False,
    stack: Stack = STACK,
) -> None:
    """Create a key and print it. It cannot be shown again: only its hash is stored."""
    if table_name and not team:
        raise InputError("--table requires --team: the team that the key gives access to")
    repository = _repository(table_name, stack)
    token = new_token()
    repository.add(token, team or TEAM, name)
    if as_json:
        print_json({"key": token, "team": team or TEAM, "name": name})
    else:
        say(token)


@keys.command("list")
def list_keys(*, table_name: TableName = None, as_json: Json = False, stack: Stack = STACK) -> None:
    """List the ids, teams and names of all keys, but not their values."""
    found = sorted(_repository(table_name, stack).all(), key=lambda record: record.created_at)
    if as_json:
        print_json([_view(record) for record in found])
    else:
        table(
            ("id", "team", "created", "name"),
            (
                (each.id, each.team_id, briefly(datetime.fromisoformat(each.created_at)), each.name)
                for each in found
            ),
        )


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Id shown by `keys list`.")],
    *,
    table_name: TableName = None,
    as_json: Json = False,
    stack: Stack = STACK,
) -> None:
    """Revoke a key at once."""
    record = _repository(table_name, stack).revoke(key_id)
    if as_json:
        print_json(_view(record) | {"revoked": True})
    else:
        say(f"revoked {record.id}  {record.team_id}  {record.name}")


def _repository(table_name: str | None, stack: Path) -> KeyRepository:
    if table_name is not None:
        # An unset variable of the shell must not select the stack that runs here.
        if not table_name:
            raise InputError("--table is empty: pass the stack's output TableName")
        return KeyRepository(client("dynamodb"), table_name)
    holder = holder_of(stack)
    if holder is None or holder.endpoint is None:
        raise InputError(
            f"no stack runs from {stack}: start one with `intarsia up`, "
            "or pass --table for a stack on AWS"
        )
    clients = Clients.of(stack, holder.endpoint)
    return KeyRepository(clients("dynamodb"), deployment(clients).outputs["TableName"])


def _view(record: KeyRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "team": record.team_id,
        "name": record.name,
        "createdAt": record.created_at,
    }
