"""`intarsia doctor --stack`: whether a deployed stack is well, and what to do where it is not."""

from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from intarsia.cli.exits import Exit, InputError
from intarsia.cli.output import table


def doctor(
    stack: Annotated[str, typer.Option(help="Name of the stack in CloudFormation.")] = "Intarsia",
) -> None:
    """Look a stack on AWS over, changing nothing; exit code 1 when something needs you."""
    import boto3  # most commands need none of it

    from intarsia.operating.stack_checks import DeployedStack, examine

    try:
        findings = list(examine(DeployedStack(boto3.client, stack)))
    except (ClientError, BotoCoreError) as error:
        raise InputError(f"the stack {stack} cannot be read: {error}") from error
    table(
        ("", "what", "found", "what to do"),
        (
            ("problem" if each.advice else "ok", each.what, each.said, each.advice)
            for each in findings
        ),
    )
    if any(each.advice for each in findings):
        raise typer.Exit(Exit.FAILED)
