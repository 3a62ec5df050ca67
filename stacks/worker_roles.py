"""IAM roles of the workers of both fleets."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.statements import EVERY_TEAM, allow, items


class WorkerRoles(Construct):
    """The task role (a worker's permissions) and the execution role, with which ECS starts it."""

    def __init__(self, scope: Construct, construct_id: str, *, data: Data) -> None:
        super().__init__(scope, construct_id)
        tasks = iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )
        self.task = iam.Role(
            self, "Task", assumed_by=tasks, description="Permissions of a render worker"
        )
        self.execution = iam.Role(
            self, "Execution", assumed_by=tasks, description="Pulls images and writes task logs"
        )
        # Not the whole table: a compromised worker must not be able to create API keys.
        table, jobs = data.table.table_arn, f"{names.JOB_ITEMS}*"
        secrets = names.SECRET_ITEMS.format(team_id="*")
        allow(self.task, table, "dynamodb:UpdateItem", conditions=items(jobs))
        allow(self.task, table, "dynamodb:GetItem", conditions=items(jobs, secrets))
        allow(
            self.task,
            data.templates.arn_for_objects(f"{names.TEMPLATES_PREFIX}*"),
            "s3:GetObject",
            why=EVERY_TEAM,
        )
        allow(
            self.task,
            data.templates.arn_for_objects(f"{names.FONTS_PREFIX}*"),
            "s3:GetObject",
            why=EVERY_TEAM,
        )
        allow(self.task, data.secret_arns, "secretsmanager:GetSecretValue", why=EVERY_TEAM)
        data.secrets_key.allow_reading(self.task)
        for prefix in ("jobs/*", "outputs/*"):
            allow(
                self.task,
                data.renders.arn_for_objects(prefix),
                "s3:GetObject",
                "s3:PutObject",
                "s3:AbortMultipartUpload",
                why=EVERY_TEAM,
            )
        allow(
            self.task,
            data.renders.arn_for_objects(f"{names.PIECES_PREFIX}*"),
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",  # after assembly
            "s3:AbortMultipartUpload",
            why=EVERY_TEAM,
        )
        for bucket in (data.templates, data.renders):
            # Without this right S3 answers 403, not 404, for a missing object.
            allow(self.task, bucket.bucket_arn, "s3:ListBucket")
        allow(
            self.task,
            "*",
            "xray:PutTraceSegments",
            why="X-Ray supports no narrower resource for segments.",
        )
        acknowledge(
            self.execution,
            "ecr:GetAuthorizationToken supports no narrower resource.",
            "AwsSolutions-IAM5[Resource::*]",
        )
