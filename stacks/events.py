"""Events: each change of a job's or template's status is published on the bus.

A change is published at least once, and the changes of one item in order. If publishing fails in
every attempt, a message about the change goes to a dead-letter queue.
"""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.dead_letters import dead_letter_queue
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.settings import Settings
from stacks.statements import allow
from stacks.stream import follow


class Events(Construct):
    """The event bus, and the function that publishes changes in the table's stream on it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", event_bus_name=settings.name)
        self.dead_letters = dead_letter_queue(self, "Unpublished")
        self.publish = functions.make(
            self,
            FunctionPlan(
                name="publish",
                description="Publishes changes in the table's stream on the bus",
                timeout=Duration.minutes(1),
                environment={names.ENV_BUS: self.bus.event_bus_name},
            ),
        )
        allow(self.publish, self.bus.event_bus_arn, "events:PutEvents")
        changes = {"eventName": lambda_.FilterRule.or_("INSERT", "MODIFY")}
        follow(self.publish, data, self.dead_letters, only=changes)
