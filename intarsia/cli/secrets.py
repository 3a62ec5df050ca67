"""`intarsia secrets`: secrets whose values are never on a command line and never shown."""

import sys
from typing import Annotated

import typer

from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import InputError
from intarsia.cli.output import briefly, print_json, say, table
from intarsia.client.models import Secret, wires

secrets = typer.Typer(
    no_args_is_help=True,
    help='Manage secrets, which jobs use as "${secrets.NAME}". Their values are never shown.',
)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@secrets.command("set")
def set_secret(
    name: Name,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Store a secret. Its value is prompted for or read from stdin; it is never an argument.

    One line break after the value is removed. An existing name is rejected: delete it first.
    """
    server = connection(url, key, stack)
    value = _asked() if sys.stdin.isatty() else _read()
    with server.client() as client:
        made = client.secrets.set(name, value)
    if as_json:
        print_json(made.wire() if made else {"name": name})
    else:
        say(f"stored {name}")


@secrets.command("list")
def list_secrets(
    *, as_json: Json = False, url: Url = None, key: Key = None, stack: Stack = STACK
) -> None:
    """List the names of all secrets."""
    with connection(url, key, stack).client() as client:
        found = client.secrets.list()
    if as_json:
        print_json(wires(found))
        return
    table(
        ("id", "created", "name"),
        ((secret.id, briefly(secret.created_at), secret.name) for secret in found),
    )


@secrets.command()
def delete(
    name: Name,
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Delete a secret by its name or id."""
    with connection(url, key, stack).client() as client:
        found = _find(name, client.secrets.list())
        client.secrets.delete(found.id)
    if as_json:
        print_json({"id": found.id, "deleted": True})
    else:
        say(f"deleted {found.name}")


def _asked() -> str:
    value: str = typer.prompt("value", hide_input=True, err=True)
    return value


def _read() -> str:
    value = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not value:
        raise InputError("the secret's value is empty: pass it on stdin")
    return value


def _find(name: str, secrets: list[Secret]) -> Secret:
    for secret in secrets:
        if name in {secret.name, secret.id}:
            return secret
    known = ", ".join(secret.name for secret in secrets) or "none"
    raise InputError(f"no secret has the name or id {name!r}; known names: {known}")
