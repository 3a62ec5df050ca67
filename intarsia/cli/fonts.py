"""`intarsia fonts`: upload, list and delete fonts."""

from pathlib import Path
from typing import Annotated

import typer

from intarsia.cli.connection import STACK, Json, Key, Stack, Url, connection
from intarsia.cli.exits import InputError
from intarsia.cli.output import briefly, errors, print_json, say, table
from intarsia.client.models import wires

fonts = typer.Typer(
    no_args_is_help=True, help="Manage the fonts that templates and text assets use."
)


@fonts.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=".ttf, 40 MiB at most.")],
    *,
    family: Annotated[
        str | None, typer.Option(help="Family name. Default: the family in the file.")
    ] = None,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Upload fonts and wait until the server has read them."""
    for file in files:
        if not file.is_file():
            raise InputError(f"{file} is not a file")
    server = connection(url, key, stack)
    added = []
    with server.client() as client:
        for file in files:
            with errors.status(f"uploading {file.name}"):
                font = client.fonts.add(file, family, poll=server.poll)
            added.append(font)
            if not as_json:
                say(f"{font.id}  {font.family_name}  ({font.file_name})")
    if as_json:
        print_json(wires(added))


@fonts.command("list")
def list_fonts(
    *, as_json: Json = False, url: Url = None, key: Key = None, stack: Stack = STACK
) -> None:
    """List all fonts."""
    with connection(url, key, stack).client() as client:
        found = client.fonts.list()
    if as_json:
        print_json(wires(found))
        return
    table(
        ("id", "created", "family", "file"),
        (
            (font.id, briefly(font.created_at), font.family_name or "", font.file_name or "")
            for font in found
        ),
    )


@fonts.command()
def delete(
    font_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    as_json: Json = False,
    url: Url = None,
    key: Key = None,
    stack: Stack = STACK,
) -> None:
    """Delete a font."""
    with connection(url, key, stack).client() as client:
        client.fonts.delete(font_id)
    if as_json:
        print_json({"id": font_id, "deleted": True})
    else:
        say(f"deleted {font_id}")
