"""Admission: a function starts trees from a fleet's admission queue when a tree has ended."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.dead_letters import dead_letter_queue
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.lines import allow_lines, depths
from stacks.settings import Settings
from stacks.stream import follow
from stacks.workflow import Workflow

END_OF_A_ROOT = {
    "eventName": lambda_.FilterRule.is_equal("MODIFY"),
    "dynamodb": {
        # `active` is removed when a job ends, so later writes of the job do not match.
        "OldImage": {"active": {"S": lambda_.FilterRule.is_equal("root")}},
        "NewImage": {
            "sk": {"S": lambda_.FilterRule.is_equal("META")},
            "status": {"S": lambda_.FilterRule.or_("finished", "error", "manually_cancelled")},
        },
    },
}
"""Filter of the table's stream for the end of a root."""


class Admission(Construct):
    """The admit function, second consumer of the table's stream, and its dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        workflow: Workflow,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letter_queue(self, "Unadmitted")
        self.function = functions.make(
            self,
            FunctionPlan(
                name="admit",
                description="Starts the next trees of the admission queue when a tree has ended",
                timeout=Duration.minutes(1),
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_STATE_MACHINE: workflow.machine.state_machine_arn,
                    **depths(settings),
                },
            ),
        )
        allow_lines(self.function, data)
        workflow.allow_starting(self.function)
        follow(
            self.function,
            data,
            self.dead_letters,
            only=END_OF_A_ROOT,
            window=Duration.seconds(1),
        )
