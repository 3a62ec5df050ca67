"""Storage: one DynamoDB table, and one S3 bucket each for templates and renders."""

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from intarsia.names import INDEX_ACTIVE, INDEX_BY_TEAM, OUTPUTS_PREFIX, PIECES_PREFIX
from stacks.acknowledge import acknowledge
from stacks.secrets_key import SecretsKey
from stacks.settings import Settings


class Data(Construct):
    """The DynamoDB table, the S3 buckets, and the KMS key of all teams' secrets.

    All of them are retained when the stack is deleted.
    """

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.table = self._table(settings.name)
        self.templates = self._bucket("Templates", event_bridge=True)
        self.renders = self._bucket("Renders")
        self.secrets_prefix = settings.name
        self.secrets_key = SecretsKey(self, "SecretsKey", settings)
        self.renders.add_lifecycle_rule(
            id="manifests-and-logs",
            prefix="jobs/",
            # Also removes the leftovers of interrupted submissions.
            expiration=Duration.days(settings.manifest_days),
        )
        if settings.output_days:
            self.renders.add_lifecycle_rule(
                id="outputs",
                prefix=OUTPUTS_PREFIX,
                expiration=Duration.days(settings.output_days),
            )
        self.renders.add_lifecycle_rule(
            id="pieces",
            prefix=PIECES_PREFIX,
            expiration=Duration.days(7),  # for failed jobs; finished jobs' pieces are deleted
        )

    @property
    def secret_arns(self) -> str:
        """ARN pattern that matches every team's secrets in Secrets Manager."""
        arn: str = Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{self.secrets_prefix}/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return arn

    def _table(self, name: str) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            table_name=name,
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        table.add_global_secondary_index(
            index_name=INDEX_BY_TEAM, partition_key=_text("team"), sort_key=_text("created")
        )
        acknowledge(
            table,
            "An AWS key encrypts it. It contains no values of secrets, and of API keys only "
            "hashes. A customer key would only exclude people to whom the operator gives access "
            "to the table.",
            "CKV_AWS_119",
        )
        # Sparse: only jobs that have not ended have `active`. The projected attributes do not
        # change while a job is under way, so heartbeats (90 % of all writes) skip this index.
        table.add_global_secondary_index(
            index_name=INDEX_ACTIVE,
            partition_key=_text("active"),
            sort_key=_text("created"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["team_id", "template_id", "font_ids"],
        )
        return table

    def _bucket(self, construct_id: str, *, event_bridge: bool = False) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="abandoned-uploads", abort_incomplete_multipart_upload_after=Duration.days(2)
                )
            ],
        )
        if event_bridge:
            # Set on the resource itself, because the construct would add a custom resource with
            # rights on every bucket of the account.
            resource = bucket.node.default_child
            assert isinstance(resource, s3.CfnBucket)
            resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
                event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                    event_bridge_enabled=True
                )
            )
        acknowledge(
            bucket,
            "Every read and write comes from a function, a worker or a URL that the API signed "
            "and logged. A log of each access would add costs and little information.",
            "AwsSolutions-S1",
            "CKV_AWS_18",
        )
        acknowledge(
            bucket,
            "Every upload and every render has its own key, so nothing of value is overwritten. "
            "Deletion by a client or the operator is meant to be final.",
            "CKV_AWS_21",
        )
        return bucket


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
