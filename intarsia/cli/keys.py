"""`intarsia keys`: API keys of a deployed stack."""

from typing import Annotated

import boto3
import typer
from rich.console import Console

from intarsia.storage.keys import KeyRepository, new_token

keys = typer.Typer(no_args_is_help=True, help="API keys of a stack on AWS.")


@keys.callback()
def _group() -> None:
    """API keys of a stack on AWS."""


@keys.command()
def create(
    table: Annotated[str, typer.Option(help="The stack's table: its output TableName.")],
    team: Annotated[str, typer.Option(help="Whose jobs and templates the key reaches.")],
    name: Annotated[str, typer.Option(help="What the key is for, to find it again.")] = "",
) -> None:
    """Make a key and print it, once: the table keeps only its hash.

    Uses the AWS credentials and region of the environment.
    """
    token = new_token()
    KeyRepository(boto3.client("dynamodb"), table).add(token, team, name)
    Console().print(token, markup=False, highlight=False, soft_wrap=True)
