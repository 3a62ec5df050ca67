"""What functions need that put trees in line or admit them."""

from aws_cdk import aws_lambda as lambda_

from intarsia import names
from stacks.data import Data
from stacks.settings import Settings
from stacks.statements import allow


def depths(settings: Settings) -> dict[str, str]:
    """Environment: how many renders of each fleet are under way at once."""
    return {
        names.ENV_GPU_DEPTH: str(settings.gpu_depth),
        names.ENV_LINUX_DEPTH: str(settings.linux_depth),
    }


def allow_lines(who: lambda_.Function, data: Data) -> None:
    """Let `who` read lines and the roots in them, and move trees in them."""
    allow(
        who,
        data.table.table_arn,
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        # Both in transactions.
        "dynamodb:PutItem",
        "dynamodb:DeleteItem",
    )
