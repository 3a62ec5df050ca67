"""Admission: when a tree has ended, the next ones in its fleet's line are started."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.dead_letters import dead_letter_queue
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.lines import allow_lines, depths
from stacks.settings import Settings
from stacks.workflow import Workflow

END_OF_A_ROOT = {
    "eventName": lambda_.FilterRule.is_equal("MODIFY"),
    "dynamodb": {
        # `active` is taken away when a job ends, so no later write of the job comes here.
        "OldImage": {"active": {"S": lambda_.FilterRule.is_equal("root")}},
        "NewImage": {
            "sk": {"S": lambda_.FilterRule.is_equal("META")},
            "status": {"S": lambda_.FilterRule.or_("finished", "error", "manually_cancelled")},
        },
    },
}


class Admission(Construct):
    """The function behind the table's stream. It is the stream's second reader, and a shard has
    no more than two."""

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
                description="When a tree has ended, starts the next ones in line",
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
        self.function.add_event_source(
            sources.DynamoEventSource(
                data.table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                max_batching_window=Duration.seconds(1),
                bisect_batch_on_error=True,
                retry_attempts=10,
                on_failure=sources.SqsDlq(self.dead_letters),
                filters=[lambda_.FilterCriteria.filter(END_OF_A_ROOT)],
            )
        )
        acknowledge(
            self.function.role,
            "dynamodb:ListStreams, which the mapping insists on, knows no narrower resource.",
            "AwsSolutions-IAM5[Resource::*]",
        )
