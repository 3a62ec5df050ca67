"""Templates: an upload that has arrived is read by a function, once."""

from aws_cdk import Duration, Size
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.statements import EVERY_TEAM, allow


class Templates(Construct):
    """Introspection of uploads in the templates bucket."""

    def __init__(
        self, scope: Construct, construct_id: str, *, data: Data, functions: FunctionMaker
    ) -> None:
        super().__init__(scope, construct_id)
        self.introspect = functions.make(
            self,
            FunctionPlan(
                name="introspect",
                description="Reads an uploaded project and keeps what is in it",
                timeout=Duration.minutes(5),
                memory=2048,
                storage=Size.gibibytes(6),  # the upload, and what it unpacks to
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_TEMPLATES_BUCKET: data.templates.bucket_name,
                },
            ),
        )
        allow(self.introspect, data.table.table_arn, "dynamodb:GetItem", "dynamodb:UpdateItem")
        projects = data.templates.arn_for_objects(f"{names.TEMPLATES_PREFIX}*")
        allow(self.introspect, projects, "s3:GetObject", "s3:PutObject", why=EVERY_TEAM)
        events.Rule(
            self,
            "Uploaded",
            description="An upload has arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.templates.bucket_name]},
                    "object": {"key": [{"suffix": "/source.aep"}, {"suffix": "/source.zip"}]},
                },
            ),
            targets=[targets.LambdaFunction(self.introspect)],
        )
