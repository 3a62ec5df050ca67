"""Templates: functions that download files from clients' URLs, and introspect all files."""

from aws_cdk import Duration, Size
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.dead_letters import dead_letter_queue
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.statements import EVERY_TEAM, allow, items


class Templates(Construct):
    """The fetch and introspect functions, and the rules that invoke them for template files."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        data: Data,
        bus: events.EventBus,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letter_queue(self, "Unread")
        """Dead-letter queue of events that a function did not receive or failed to process."""
        self.fetch = self._fetch(functions, data)
        self.introspect = self._introspect(functions, data)
        events.Rule(
            self,
            "Downloading",
            description="A template's file must be downloaded",
            event_bus=bus,
            event_pattern=events.EventPattern(
                source=[names.EVENT_SOURCE],
                detail_type=[names.EVENT_TEMPLATE_STATUS],
                detail={"status": ["downloading"]},
            ),
            targets=[self._of(self.fetch)],
        )
        uploaded = events.Rule(
            self,
            "Uploaded",
            description="An upload has arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.templates.bucket_name]},
                    "object": {
                        "key": [{"suffix": f"/source.{kind}"} for kind in names.TEMPLATE_TYPES]
                    },
                },
            ),
        )
        self.read_what_arrives(uploaded)

    def read_what_arrives(self, rule: events.Rule) -> None:
        """Let `rule`, which matches uploads of files, invoke the introspect function."""
        rule.add_target(self._of(self.introspect))

    def _of(self, function: lambda_.Function) -> targets.LambdaFunction:
        return targets.LambdaFunction(function, dead_letter_queue=self.dead_letters)

    def _fetch(self, functions: FunctionMaker, data: Data) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="fetch",
                description="Downloads a template's file from the client's URL",
                timeout=Duration.minutes(15),  # 10 for the download, the rest for the upload to S3
                memory=1024,
                storage=Size.gibibytes(3),  # a file of 2 GiB
                dead_letters=self.dead_letters,
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_TEMPLATES_BUCKET: data.templates.bucket_name,
                    names.ENV_ALLOW_PRIVATE_SOURCES: "0",
                },
            ),
        )
        allow(
            function,
            data.table.table_arn,
            "dynamodb:GetItem",
            "dynamodb:UpdateItem",
            conditions=items(f"{names.TEMPLATE_ITEMS}*"),
        )
        projects = data.templates.arn_for_objects(f"{names.TEMPLATES_PREFIX}*")
        allow(function, projects, "s3:PutObject", why=EVERY_TEAM)
        return function

    def _introspect(self, functions: FunctionMaker, data: Data) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="introspect",
                description="Reads uploaded projects and fonts, and stores their contents",
                timeout=Duration.minutes(5),
                memory=2048,
                storage=Size.gibibytes(6),  # the upload, and what it unpacks to
                dead_letters=self.dead_letters,
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_TEMPLATES_BUCKET: data.templates.bucket_name,
                },
            ),
        )
        allow(
            function,
            data.table.table_arn,
            "dynamodb:GetItem",
            "dynamodb:UpdateItem",
            conditions=items(f"{names.TEMPLATE_ITEMS}*", f"{names.FONT_ITEMS}*"),
        )
        projects = data.templates.arn_for_objects(f"{names.TEMPLATES_PREFIX}*")
        # Deletes uploads whose template was deleted in the meantime.
        actions = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        allow(function, projects, *actions, why=EVERY_TEAM)
        return function
