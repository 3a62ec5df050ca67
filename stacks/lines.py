"""Environment variables and permissions of functions that use the admission queues."""

from aws_cdk import aws_lambda as lambda_

from intarsia import names
from stacks.data import Data
from stacks.settings import Settings
from stacks.statements import allow


def depths(settings: Settings) -> dict[str, str]:
    """Return environment variables with each fleet's maximum number of concurrent renders."""
    return {
        names.ENV_GPU_DEPTH: str(settings.gpu_depth),
        names.ENV_LINUX_DEPTH: str(settings.linux_depth),
    }


def allow_lines(who: lambda_.Function, data: Data) -> None:
    """Let the function `who` read admission queues and roots, and add, move and remove trees."""
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
