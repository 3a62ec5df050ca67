"""Environment and rights of functions that add trees to admission queues or admit them."""

from aws_cdk import aws_lambda as lambda_

from intarsia import names
from stacks.data import Data
from stacks.settings import Settings
from stacks.statements import allow


def depths(settings: Settings) -> dict[str, str]:
    """Return environment variables with each fleet's limit of concurrent renders."""
    return {
        names.ENV_GPU_DEPTH: str(settings.gpu_depth),
        names.ENV_LINUX_DEPTH: str(settings.linux_depth),
    }


def allow_lines(who: lambda_.Function, data: Data) -> None:
    """Let `who` read admission queues and their roots, and add, move or remove trees."""
    allow(
        who,
        data.table.table_arn,
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        # Used in transactions.
        "dynamodb:PutItem",
        "dynamodb:DeleteItem",
    )
