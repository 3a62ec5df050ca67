"""`intarsia doctor`: checks of a deployed stack, with advice for each problem."""

from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.text import Text

from intarsia.cli.exits import Exit, InputError
from intarsia.cli.output import say, styled, table


def doctor(
    stack: Annotated[str, typer.Option(help="Name of the stack in CloudFormation.")] = "Intarsia",
) -> None:
    """Check a stack on AWS without changing it. Exits with 1 if a check needs attention."""
    # Imported here, because most other commands need none of it.
    from intarsia.cli.account import client
    from intarsia.operating.deployed_stack import DeployedStack
    from intarsia.operating.stack_checks import examine

    try:
        deployed = DeployedStack(client, stack)
    except (ClientError, BotoCoreError, LookupError) as error:
        raise InputError(f"the stack {stack} cannot be read: {error}") from error
    findings = list(examine(deployed))
    table(
        ("", "check", "result"),
        ((_mark(each.advice), each.what, _found(each.said, each.advice)) for each in findings),
    )
    problems = sum(bool(each.advice) for each in findings)
    if problems:
        need = "needs" if problems == 1 else "need"
        say(f"\n{problems} of {len(findings)} checks {need} attention.")
        raise typer.Exit(Exit.FAILED)
    say(f"\nAll {len(findings)} checks passed.")


def _mark(advice: str) -> Text:
    return styled("problem", "red") if advice else styled("ok", "green")


def _found(said: str, advice: str) -> Text:
    """Return a check's result with the advice in a line below it.

    In columns of their own, both would be too narrow.
    """
    return styled(said).append(styled(f"\n→ {advice}", "bold") if advice else "")
