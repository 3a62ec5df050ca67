"""The parts of the stack that are monitored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from stacks.api import Api
from stacks.data import Data
from stacks.fleet import Fleet
from stacks.settings import Settings
from stacks.workflow import Workflow


@dataclass(frozen=True)
class Watched:
    """The parts of the stack whose metrics and logs the monitoring uses."""

    settings: Settings
    api: Api
    data: Data
    workflow: Workflow
    fleet: Fleet
    functions: Sequence[lambda_.Function]
    dead_letters: Mapping[str, sqs.IQueue]
    """Dead-letter queues, which should be empty, by a name of their content: `webhooks`."""
