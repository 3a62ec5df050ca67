"""Fonts: the introspect function, which reads projects, also reads uploaded font files."""

from aws_cdk import aws_events as events
from constructs import Construct

from intarsia import names
from stacks.data import Data
from stacks.statements import EVERY_TEAM, allow
from stacks.templates import Templates


class Fonts(Construct):
    """The rule that invokes the introspect function for uploaded fonts, and its permission."""

    def __init__(
        self, scope: Construct, construct_id: str, *, data: Data, templates: Templates
    ) -> None:
        super().__init__(scope, construct_id)
        files = data.templates.arn_for_objects(f"{names.FONTS_PREFIX}*")
        allow(templates.introspect, files, "s3:GetObject", why=EVERY_TEAM)
        uploaded = events.Rule(
            self,
            "Uploaded",
            description="A font has arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.templates.bucket_name]},
                    "object": {"key": [{"prefix": names.FONTS_PREFIX}]},
                },
            ),
        )
        templates.read_what_arrives(uploaded)
