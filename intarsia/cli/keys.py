"""`intarsia keys`: API keys of a stack on AWS or on this machine."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from intarsia.cli.account import client
from intarsia.cli.connection import STACK, Json
from intarsia.cli.exits import InputError
from intarsia.cli.output import briefly, print_json, say, table
from intarsia.local.claim import holder_of
from intarsia.local.clients import Clients
from intarsia.local.deploy import deployment
from intarsia.local.stack import TEAM
from intarsia.storage.keys import KeyRecord, KeyRepository, new_token

keys = typer.Typer(
    no_args_is_help=True, help="API keys of a stack on AWS (--table), or of the one running here."
)

TableName = Annotated[
    str | None,
    typer.Option(
        "--table",
        help="Table of a stack on AWS: its output TableName. Uses the credentials and the region "
        "of the environment.",
    ),
]
Stack = Annotated[Path, typer.Option("--stack", help="Folder of the stack that runs here.")]


@keys.command()
def create(
    *,
    table_name: TableName = None,
    team: Annotated[
        str | None,
        typer.Option(help=f"Whose jobs and templates the key reaches; here: {TEAM}."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the key is for, to find it again.")] = "",
    as_json: Json = False,
    stack: Stack = STACK,
) -> None:
    """Make a key and print it, once: the table keeps only its hash."""
    if table_name and not team:
        raise InputError("--table needs a --team")
    repository = _repository(table_name, stack)
    token = new_token()
    repository.add(token, team or TEAM, name)
    if as_json:
        print_json({"key": token, "team": team or TEAM, "name": name})
    else:
        say(token)


@keys.command("list")
def list_keys(*, table_name: TableName = None, as_json: Json = False, stack: Stack = STACK) -> None:
    """List all keys, without the keys themselves."""
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
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    *,
    table_name: TableName = None,
    as_json: Json = False,
    stack: Stack = STACK,
) -> None:
    """Let no request with this key in any more, at once."""
    record = _repository(table_name, stack).revoke(key_id)
    if as_json:
        print_json(_view(record) | {"revoked": True})
    else:
        say(f"revoked {record.id}  {record.team_id}  {record.name}")


def _repository(table_name: str | None, stack: Path) -> KeyRepository:
    if table_name is not None:
        # An unset variable of the shell must not select the stack that runs here.
        if not table_name:
            raise InputError("--table is empty")
        return KeyRepository(client("dynamodb"), table_name)
    holder = holder_of(stack)
    if holder is None or holder.endpoint is None:
        raise InputError(f"nothing runs from {stack}; for a stack on AWS give its --table")
    clients = Clients.of(stack, holder.endpoint)
    return KeyRepository(clients("dynamodb"), deployment(clients).outputs["TableName"])


def _view(record: KeyRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "team": record.team_id,
        "name": record.name,
        "createdAt": record.created_at,
    }
